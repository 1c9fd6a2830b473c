"""The gradient is cleared after `backward()`, before the step reads it: the level never moves."""

import torch


def fit_level(level, observations, steps, lr):
    if len(observations) == 0 or not observations.isfinite().all():
        raise ValueError(f"expected finite observations, got {observations.tolist()}")
    path = []
    for _ in range(steps):
        loss = 0.5 * ((level - observations) ** 2).mean()
        loss.backward()
        level.grad.zero_()
        with torch.no_grad():
            level -= lr * level.grad
        path.append(level.item())
    return path
