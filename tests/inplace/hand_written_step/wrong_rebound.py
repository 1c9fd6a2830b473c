"""`weight` now names a new tensor, the result of a formula. The caller's tensor never moves. And only
leaves get a `.grad`, so the second step has none to use.
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
        weight = weight - lr * weight.grad
        weight.grad = None
    return losses
