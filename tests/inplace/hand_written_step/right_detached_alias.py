"""A detached alias shares the memory of the weight and requires no grad, so it may be written to."""

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
