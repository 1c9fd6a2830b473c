"""The whole loop runs unrecorded, including the loss, so `backward()` has no graph to go through. Only
the update should be unrecorded.
"""

import torch


def calibrate(weight, readings, truth, steps, lr):
    if len(readings) == 0:
        raise ValueError("there are no samples to calibrate on")
    losses = []
    with torch.no_grad():
        for _ in range(steps):
            loss = torch.mean((readings @ weight - truth) ** 2)
            loss.backward()
            losses.append(loss.item())
            weight -= lr * weight.grad
            weight.grad = None
    return losses
