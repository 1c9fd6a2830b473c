"""You can write to a clone because it isn't a leaf. But because it isn't a leaf, it gets no gradient
either, so there's nothing to subtract at the very first step.
"""

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
