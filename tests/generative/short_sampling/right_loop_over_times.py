"""Each step looks up its own level and that of the next time."""

import torch


def levels(steps, first=1e-4, last=0.02):
    return torch.cumprod(1 - torch.linspace(first, last, steps, dtype=torch.float64), dim=0)


def sample(network, noise, steps, train_steps=1000):
    alpha_bar = levels(train_steps)
    times = torch.linspace(train_steps - 1, 0, steps, dtype=torch.float64).round().long().tolist()
    x = noise
    for k, t in enumerate(times):
        a = alpha_bar[t].item()
        after = alpha_bar[times[k + 1]].item() if k + 1 < steps else 1.0
        guess = network(x, torch.full((len(x),), t, device=x.device))
        x = (after / a) ** 0.5 * x + ((1 - after) ** 0.5 - (after * (1 - a) / a) ** 0.5) * guess
    return x
