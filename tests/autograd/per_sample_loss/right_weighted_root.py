"""This tells `backward()` how much each sample counts: 1 / n, which is the mean."""

import torch


def training_step(weights, inputs, targets, lr):
    if len(inputs) == 0:
        raise ValueError("expected at least one sample, got an empty batch")
    if targets.requires_grad:
        raise ValueError("expected constant targets, got targets with requires_grad")
    losses = torch.nn.functional.mse_loss(inputs @ weights, targets, reduction="none")
    losses.backward(torch.full_like(losses, 1 / len(losses)))
    with torch.no_grad():
        weights -= lr * weights.grad
    weights.grad = None
    return losses.detach()
