"""Removing from the unlikely end leaves the right number of tokens. But a sort that rises puts the
later of two equally likely tokens nearer to the top, and the earlier one is to be taken first.
"""

import torch


def nucleus(logits, p):
    probabilities = torch.softmax(logits.float(), dim=-1)  # (b, v)
    ranked, order = probabilities.sort(dim=-1)
    keep = ranked.cumsum(dim=-1) > 1 - p
    keep[:, -1] = True
    return torch.zeros_like(keep).scatter(1, order, keep)


def next_tokens(logits, p, temperature):
    logits = logits.float() / temperature  # (b, v)
    logits = logits.masked_fill(~nucleus(logits, p), -torch.inf)
    return torch.multinomial(logits.softmax(dim=-1), 1).squeeze(1)
