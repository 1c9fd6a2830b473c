"""A larger p lets one more token in for some rows and two or none for others. The token that
reaches p belongs in, whatever its probability is.
"""

import torch


def nucleus(logits, p):
    probabilities = torch.softmax(logits.float(), dim=-1)  # (b, v)
    ranked, order = probabilities.sort(dim=-1, descending=True, stable=True)  # (b, v), (b, v)
    keep = ranked.cumsum(dim=-1) <= p + 0.1  # (b, v)
    keep[:, 0] = True
    return torch.zeros_like(keep).scatter(1, order, keep)


def next_tokens(logits, p, temperature):
    logits = logits.float() / temperature  # (b, v)
    logits = logits.masked_fill(~nucleus(logits, p), -torch.inf)
    return torch.multinomial(logits.softmax(dim=-1), 1).squeeze(1)
