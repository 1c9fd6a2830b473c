"""The update works, but the line that clears the gradient is gone. Each step adds the gradients of all
steps before it.
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
            weight -= lr * weight.grad
    return losses
