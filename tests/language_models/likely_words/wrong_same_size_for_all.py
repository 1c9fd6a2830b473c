"""The size is that of the flattest row, so every other row may draw from its tail. Count each
row for itself.
"""

import torch


def nucleus(logits, p):
    probabilities = torch.softmax(logits.float(), dim=-1)  # (b, v)
    ranked, order = probabilities.sort(dim=-1, descending=True, stable=True)  # (b, v), (b, v)
    size = (ranked.cumsum(dim=-1) <= p).sum(dim=-1).max() + 1
    keep = (torch.arange(logits.shape[-1], device=logits.device) < size).expand_as(order)
    return torch.zeros_like(keep).scatter(1, order, keep)


def next_tokens(logits, p, temperature):
    logits = logits.float() / temperature  # (b, v)
    logits = logits.masked_fill(~nucleus(logits, p), -torch.inf)
    return torch.multinomial(logits.softmax(dim=-1), 1).squeeze(1)
