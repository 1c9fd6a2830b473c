"""The result looks right, because the NaN is replaced by 0. On the way back the softmax still multiplies
that 0 by NaN, and the gradients are gone."""

import torch


def summarize(query, keys, values, mask):
    scores = keys @ query / query.shape[0] ** 0.5
    bias = (1.0 - mask.to(scores.dtype)) * -1e9
    weights = (scores + bias).softmax(dim=1)
    vectors = (weights.unsqueeze(1) @ values).squeeze(1)
    return torch.where(mask.any(dim=1, keepdim=True), vectors, 0.0)
