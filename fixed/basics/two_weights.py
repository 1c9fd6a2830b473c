"""Fit the value of one state, a weighted sum of its features, in plain tensors."""

import torch


def fit(theta, features, target, steps, lr):
    """Train `theta` in place on (theta . features - target)²; return the losses.

    theta:    (n,) floating-point leaf with requires_grad and no gradient yet; the caller's
              own tensor is trained, and is still a leaf with requires_grad afterwards
    features: (n,) in the dtype and on the device of `theta`, left unchanged; ValueError if
              the lengths differ
    target:   a number
    Each step is theta <- theta - lr * gradient, where the gradient is
    2 (theta . features - target) features.
    Returns a list with the loss before each of the `steps` steps, as floats.
    """
    if theta.shape != features.shape:
        raise ValueError(f"theta has shape {tuple(theta.shape)}, features {tuple(features.shape)}")
    losses = []
    for _ in range(steps):
        loss = (torch.dot(theta, features) - target) ** 2  # shape ()
        loss.backward()
        losses.append(loss.item())
        # `theta = ...` would name a new tensor and leave the caller's leaf where it is.
        with torch.no_grad():
            theta -= lr * theta.grad
            theta.grad = None
    return losses
