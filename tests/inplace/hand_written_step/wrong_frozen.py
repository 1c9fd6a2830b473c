"""With `requires_grad` off the write is allowed, but nothing turns it back on. A second step has no
graph, and the caller gets back a tensor that can't be trained any more.
"""

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
