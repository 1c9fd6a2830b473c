"""The mean is written as a sum over n, and `torch.autograd.grad` leaves `.grad` alone."""

import torch


def training_step(weights, inputs, targets, lr):
    if len(inputs) == 0:
        raise ValueError("expected at least one sample, got an empty batch")
    if targets.requires_grad:
        raise ValueError("expected constant targets, got targets with requires_grad")
    losses = (inputs @ weights - targets) ** 2
    (slope,) = torch.autograd.grad(losses.sum() / len(losses), weights)
    with torch.no_grad():
        weights -= lr * slope
    return losses.detach()
