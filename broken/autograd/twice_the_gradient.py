"""Find the resting level of a sensor by gradient descent on its observations."""

import torch


def fit_level(level, observations, steps, lr):
    """Take `steps` steps of gradient descent on 0.5 * mean((level - observations)**2).

    level:        a 0-dim leaf with requires_grad, moved in place; without a .grad at the
                  first call
    observations: (samples,), dtype and device of the level; left as they are
    Returns a list with the level after each step. A second call continues where the first
    one stopped.
    Raises ValueError, before the level moves, unless there are observations and all are
    finite.
    """
    if len(observations) == 0 or not observations.isfinite().all():
        raise ValueError(f"expected finite observations, got {observations.tolist()}")
    path = []
    for _ in range(steps):
        loss = 0.5 * ((level - observations) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            level -= lr * level.grad
        path.append(level.item())
    return path
