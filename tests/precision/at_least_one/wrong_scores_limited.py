"""Scores are limited to 5, so no probability is above 0.993. In float32 that's a floor under the loss, and a
confident mistake has no gradient."""

import torch


def at_least_one_loss(scores, mask, labels):
    probabilities = scores.clamp(-5.0, 5.0).sigmoid()
    log_wrong = torch.log1p(-probabilities)
    log_wrong = log_wrong.masked_fill(~mask, 0.0)
    found = -torch.expm1(log_wrong.float().sum(dim=1))
    return (found - labels.float()).square().mean()
