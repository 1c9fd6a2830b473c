"""Each step leaves a cleared gradient for the next one."""

import torch


def fit_level(level, observations, steps, lr):
    if len(observations) == 0 or not observations.isfinite().all():
        raise ValueError(f"expected finite observations, got {observations.tolist()}")
    path = []
    for _ in range(steps):
        loss = 0.5 * ((level - observations) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            level -= lr * level.grad
            level.grad.zero_()
        path.append(level.item())
    return path
