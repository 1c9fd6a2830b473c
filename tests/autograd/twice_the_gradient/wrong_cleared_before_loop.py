"""The gradient is cleared once per call. The first step is right, and every later one still adds up all
steps since then.
"""

import torch


def fit_level(level, observations, steps, lr):
    if len(observations) == 0 or not observations.isfinite().all():
        raise ValueError(f"expected finite observations, got {observations.tolist()}")
    path = []
    level.grad = None
    for _ in range(steps):
        loss = 0.5 * ((level - observations) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            level -= lr * level.grad
        path.append(level.item())
    return path
