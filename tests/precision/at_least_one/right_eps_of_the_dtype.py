"""The limit is the largest number below 1 that the dtype of the scores has."""

import torch


def at_least_one_loss(scores, mask, labels):
    limit = 1.0 - torch.finfo(scores.dtype).eps
    log_wrong = torch.log1p(-scores.sigmoid().clamp(max=limit))
    log_wrong = log_wrong.masked_fill(~mask, 0.0)
    found = -torch.expm1(log_wrong.float().sum(dim=1))
    return (found - labels.float()).square().mean()
