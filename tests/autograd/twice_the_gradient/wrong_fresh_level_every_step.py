"""Every step makes a new level with an empty gradient, so the path is right. But the caller's level never
moves.
"""


def fit_level(level, observations, steps, lr):
    if len(observations) == 0 or not observations.isfinite().all():
        raise ValueError(f"expected finite observations, got {observations.tolist()}")
    path = []
    for _ in range(steps):
        loss = 0.5 * ((level - observations) ** 2).mean()
        loss.backward()
        level = (level - lr * level.grad).detach().requires_grad_()
        path.append(level.item())
    return path
