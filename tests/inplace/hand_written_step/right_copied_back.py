"""The textbook formula, out of place, with its result copied into the caller's tensor."""

import torch


def calibrate(weight, readings, truth, steps, lr):
    if len(readings) == 0:
        raise ValueError("there are no samples to calibrate on")
    losses = []
    for _ in range(steps):
        loss = torch.mean((readings @ weight - truth) ** 2)
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            weight.copy_(weight - lr * weight.grad)
        weight.grad.zero_()
    return losses
