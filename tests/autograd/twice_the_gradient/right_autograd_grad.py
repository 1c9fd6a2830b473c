"""`torch.autograd.grad` returns the slope and stores nothing."""

import torch


def fit_level(level, observations, steps, lr):
    if len(observations) == 0 or not observations.isfinite().all():
        raise ValueError(f"expected finite observations, got {observations.tolist()}")
    path = []
    for _ in range(steps):
        loss = (level - observations).square().mean() / 2
        (slope,) = torch.autograd.grad(loss, level)
        with torch.no_grad():
            level.sub_(lr * slope)
        path.append(level.item())
    return path
