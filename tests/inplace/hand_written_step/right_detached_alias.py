"""A detached alias shares the weight's memory and doesn't require grad, so you can write to it."""

import torch


def calibrate(weight, readings, truth, steps, lr):
    if len(readings) == 0:
        raise ValueError("there are no samples to calibrate on")
    losses = []
    for _ in range(steps):
        loss = torch.mean((readings @ weight - truth) ** 2)
        (gradient,) = torch.autograd.grad(loss, weight)
        losses.append(loss.item())
        weight.detach().sub_(lr * gradient)
    return losses
