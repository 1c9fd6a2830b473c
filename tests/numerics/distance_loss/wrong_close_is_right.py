"""The gradient is a number now, but a point that is merely close to its target is taken for one that lies on
it: it costs nothing and is not pulled any more."""

import torch


def distance_loss(predicted, targets):
    if predicted.shape != targets.shape or len(predicted) == 0:
        raise ValueError(f"points of shape {tuple(predicted.shape)} and {tuple(targets.shape)}")
    squares = ((predicted - targets) ** 2).sum(dim=-1)
    apart = squares > 1e-8
    return torch.where(apart, torch.where(apart, squares, 1.0).sqrt(), 0.0).mean()
