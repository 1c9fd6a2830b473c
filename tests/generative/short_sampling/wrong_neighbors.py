"""The level of each step is right, but the next one isn't t - 1. With few steps, the next time is
far away, and the picture arrives there with too much noise.
"""

import torch


def levels(steps, first=1e-4, last=0.02):
    return torch.cumprod(1 - torch.linspace(first, last, steps, dtype=torch.float64), dim=0)


def sample(network, noise, steps, train_steps=1000):
    alpha_bar = levels(train_steps)
    times = torch.linspace(train_steps - 1, 0, steps, dtype=torch.float64).round().long().tolist()
    x = noise
    for t in times:
        a = alpha_bar[t].item()
        after = alpha_bar[t - 1].item() if t > 0 else 1.0
        guess = network(x, torch.full((len(x),), t, device=x.device))
        clean = (x - (1 - a) ** 0.5 * guess) / a**0.5
        x = after**0.5 * clean + (1 - after) ** 0.5 * guess
    return x
