"""All differences together are taken for one long vector: the loss is its length, not the mean of the lengths
of the points, and how hard a point is pulled depends on the others."""

import torch


def distance_loss(predicted, targets):
    if predicted.shape != targets.shape or len(predicted) == 0:
        raise ValueError(f"points of shape {tuple(predicted.shape)} and {tuple(targets.shape)}")
    return torch.linalg.vector_norm(predicted - targets).mean()
