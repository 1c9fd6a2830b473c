"""The nucleus is complete, but it's found before the temperature is applied. A low temperature
makes rows surer, and their nucleus smaller.
"""

import torch


def nucleus(logits, p):
    probabilities = torch.softmax(logits.float(), dim=-1)  # (b, v)
    ranked, order = probabilities.sort(dim=-1, descending=True, stable=True)  # (b, v), (b, v)
    keep = ranked.cumsum(dim=-1) - ranked < p  # (b, v)
    keep[:, 0] = True
    return torch.zeros_like(keep).scatter(1, order, keep)


def next_tokens(logits, p, temperature):
    allowed = nucleus(logits, p)
    logits = (logits.float() / temperature).masked_fill(~allowed, -torch.inf)
    return torch.multinomial(logits.softmax(dim=-1), 1).squeeze(1)
