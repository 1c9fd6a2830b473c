"""All differences together are treated as one long vector. The loss is its length, not the mean length, and
how hard a point is pulled depends on the others."""

import torch


def distance_loss(predicted, targets):
    if predicted.shape != targets.shape or len(predicted) == 0:
        raise ValueError(f"points of shape {tuple(predicted.shape)} and {tuple(targets.shape)}")
    return torch.linalg.vector_norm(predicted - targets).mean()
