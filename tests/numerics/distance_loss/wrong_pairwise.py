"""This function adds 1e-6 to every coordinate of the difference: a point that lies on its target is not left
in peace, but pushed off it with the full strength of the others."""

import torch


def distance_loss(predicted, targets):
    if predicted.shape != targets.shape or len(predicted) == 0:
        raise ValueError(f"points of shape {tuple(predicted.shape)} and {tuple(targets.shape)}")
    return torch.nn.functional.pairwise_distance(predicted, targets).mean()
