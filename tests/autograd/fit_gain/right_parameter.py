"""A parameter requires a gradient by default."""

import torch


def fit_gain(readings, references, steps, lr, start=1.0):
    if len(readings) == 0:
        raise ValueError("there are no samples to fit a gain to")
    gain = torch.nn.Parameter(torch.tensor(start, dtype=readings.dtype, device=readings.device))
    optimizer = torch.optim.SGD([gain], lr=lr)
    losses = []
    for _ in range(steps):
        loss = ((gain * readings - references) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return gain.item(), losses
