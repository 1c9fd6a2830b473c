"""With `requires_grad` off the write is allowed, but nobody turns it on again: the caller gets back a tensor
that nothing can train any more, and a second step has no graph."""

import torch


def calibrate(weight, readings, truth, steps, lr):
    if len(readings) == 0:
        raise ValueError("there are no samples to calibrate on")
    losses = []
    for _ in range(steps):
        loss = torch.mean((readings @ weight - truth) ** 2)
        loss.backward()
        losses.append(loss.item())
        weight.requires_grad_(False)
        weight -= lr * weight.grad
        weight.grad = None
    return losses
