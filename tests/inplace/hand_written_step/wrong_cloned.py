"""A clone may be written to because it is no leaf, and because it is no leaf no gradient is kept for it:
there is nothing to subtract, already at the first step."""

import torch


def calibrate(weight, readings, truth, steps, lr):
    if len(readings) == 0:
        raise ValueError("there are no samples to calibrate on")
    weight = weight.clone()
    losses = []
    for _ in range(steps):
        loss = torch.mean((readings @ weight - truth) ** 2)
        loss.backward()
        losses.append(loss.item())
        weight -= lr * weight.grad
        weight.grad = None
    return losses
