"""`torch.optim.SGD` makes the same update, in place and unrecorded."""

import torch


def calibrate(weight, readings, truth, steps, lr):
    if len(readings) == 0:
        raise ValueError("there are no samples to calibrate on")
    optimizer = torch.optim.SGD([weight], lr=lr)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = torch.mean((readings @ weight - truth) ** 2)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
