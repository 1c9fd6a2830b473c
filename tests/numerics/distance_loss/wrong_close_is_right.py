"""The gradient is a number now, but a point that's merely close to its target is treated as if it were on
it: it costs nothing and isn't pulled any more."""

import torch


def distance_loss(predicted, targets):
    if predicted.shape != targets.shape or len(predicted) == 0:
        raise ValueError(f"points of shape {tuple(predicted.shape)} and {tuple(targets.shape)}")
    squares = ((predicted - targets) ** 2).sum(dim=-1)
    apart = squares > 1e-8
    return torch.where(apart, torch.where(apart, squares, 1.0).sqrt(), 0.0).mean()
