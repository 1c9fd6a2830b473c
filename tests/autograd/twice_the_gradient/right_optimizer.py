"""An optimizer clears the gradient and takes the step."""

import torch


def fit_level(level, observations, steps, lr):
    if len(observations) == 0 or not observations.isfinite().all():
        raise ValueError(f"expected finite observations, got {observations.tolist()}")
    optimizer = torch.optim.SGD([level], lr=lr)
    path = []
    for _ in range(steps):
        loss = 0.5 * ((level - observations) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        path.append(level.item())
    return path
