"""This keeps the tokens from the one that reaches p on: the whole tail, and not what's before
it.
"""

import torch


def nucleus(logits, p):
    probabilities = torch.softmax(logits.float(), dim=-1)  # (b, v)
    ranked, order = probabilities.sort(dim=-1, descending=True, stable=True)  # (b, v), (b, v)
    keep = ranked.cumsum(dim=-1) >= p  # (b, v)
    keep[:, 0] = True
    return torch.zeros_like(keep).scatter(1, order, keep)


def next_tokens(logits, p, temperature):
    logits = logits.float() / temperature  # (b, v)
    logits = logits.masked_fill(~nucleus(logits, p), -torch.inf)
    return torch.multinomial(logits.softmax(dim=-1), 1).squeeze(1)
