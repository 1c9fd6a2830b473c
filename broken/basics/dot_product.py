"""The ridge penalty of a weight vector, to be added to a loss."""

import torch


def ridge(weights, strength):
    """The penalty strength * (w . w), which pulls every weight towards zero.

    weights:  (n,) floating-point tensor, n may be 0; left as it is
    strength: a number; ValueError below 0
    Returns a tensor of shape (), in the dtype and on the device of `weights`. Its gradient
    with respect to `weights` is 2 * strength * w.
    """
    if strength < 0:  # it would push the weights apart without end
        raise ValueError(f"strength must be at least 0, got {strength}")
    pull = strength * weights.detach()  # (n,), how hard each weight is pulled
    return torch.dot(pull, weights)
