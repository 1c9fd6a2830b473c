"""A copy of the numbers that's still in the graph: `clone()` passes gradients on, `detach()` doesn't."""

import torch


def ridge(weights, strength):
    if strength < 0:
        raise ValueError(f"strength must be at least 0, got {strength}")
    pull = strength * weights.clone()
    return torch.dot(pull, weights)
