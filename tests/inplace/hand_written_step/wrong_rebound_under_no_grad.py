"""Inside `no_grad`, the new tensor that `weight` now names doesn't require grad, so the second loss has
no graph to go back through. The caller's tensor never moves.
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
        with torch.no_grad():
            weight = weight - lr * weight.grad
        weight.grad = None
    return losses
