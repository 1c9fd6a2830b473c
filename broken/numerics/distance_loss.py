"""The loss of a network that predicts keypoints."""

import torch


def distance_loss(predicted, targets):
    """Mean Euclidean distance between predicted points and their targets, in float32 or float64.

    predicted: (points, coordinates), with finite squares; targets: tensor of the same shape, dtype and device
    Returns a tensor of shape () and the dtype of `predicted`, within 1e-6 of the mean distance, or a relative
    1e-5 if that is more. Its gradient pulls all points equally hard, straight at their targets: row i is
    (predicted - target) / distance / points, to a relative 1e-5 if the distance is at least 1e-3. For a point
    on its target, it is 0, a subgradient.
    Raises ValueError if the shapes differ or there are no points.
    """
    if predicted.shape != targets.shape or len(predicted) == 0:
        raise ValueError(f"points of shape {tuple(predicted.shape)} and {tuple(targets.shape)}")
    return torch.sqrt(((predicted - targets) ** 2).sum(dim=-1)).mean()
