"""The gradient is thrown away after `backward()` and before the step reads it: there is nothing left to
multiply by.
"""

import torch


def fit_level(level, observations, steps, lr):
    """Move `level` in place along the slope of 0.5 * mean((level - observations)**2), `steps` times.

    level:        a 0-dim leaf with requires_grad, without a .grad when it is new
    observations: (samples,), dtype and device of the level
    Returns a list with the level after each step; a second call goes on where the first one stopped.
    Raises ValueError, before the level moves, unless there are observations and all are finite.
    """
    if len(observations) == 0 or not observations.isfinite().all():
        raise ValueError(f"expected finite observations, got {observations.tolist()}")
    path = []
    for _ in range(steps):
        loss = 0.5 * ((level - observations) ** 2).mean()
        loss.backward()
        level.grad = None
        with torch.no_grad():
            level -= lr * level.grad
        path.append(level.item())
    return path
