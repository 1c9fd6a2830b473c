"""The scores are cast before anything is computed; in float32 the limit works."""

import torch


def at_least_one_loss(scores, mask, labels):
    probabilities = scores.float().sigmoid()
    log_wrong = torch.log1p(-probabilities.clamp(max=1.0 - 1e-6))
    log_wrong = log_wrong.masked_fill(~mask, 0.0)
    found = -torch.expm1(log_wrong.float().sum(dim=1))
    return (found - labels.float()).square().mean()
