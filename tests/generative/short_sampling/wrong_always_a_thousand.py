"""The levels are taken at the right times, but of a training in 1000 steps. `train_steps` says how many
there were.
"""

import torch


def levels(steps, first=1e-4, last=0.02):
    beta = torch.linspace(first, last, steps, dtype=torch.float64)
    return torch.cumprod(1 - beta, dim=0)


def sample(network, noise, steps, train_steps=1000):
    times = torch.linspace(train_steps - 1, 0, steps, dtype=torch.float64).round().long()
    kept = levels(1000)[times]
    kept = torch.cat([kept, torch.ones(1, dtype=torch.float64)]).tolist()
    x = noise
    for t, a, after in zip(times.tolist(), kept, kept[1:]):
        guess = network(x, torch.full((len(x),), t, device=x.device))
        clean = (x - (1 - a) ** 0.5 * guess) / a**0.5
        x = after**0.5 * clean + (1 - after) ** 0.5 * guess
    return x
