"""Sample from a diffusion model that was trained on many steps, in few steps (DDIM)."""

import torch


def levels(steps, first=1e-4, last=0.02):
    """Return alpha_bar for steps 0, 1, …, (steps,), float64: the share of a picture's variance
    that is left. What is lost in each step, beta, rises evenly from `first` to `last`.
    """
    beta = torch.linspace(first, last, steps, dtype=torch.float64)
    return torch.cumprod(1 - beta, dim=0)


def sample(network, noise, steps, train_steps=1000):
    """Return the samples that a network makes of noise, (batch, pixels), the dtype of `noise`.

    network: was trained on sqrt(a) * picture + sqrt(1 - a) * noise, with a the entry t of
             levels(train_steps); maps such pictures, (batch, pixels), and t, (batch,), int64,
             to the noise in them. It's called once per step
    noise:   (batch, pixels), where sampling begins
    steps:   from 1 to train_steps. The times t of the steps are spread evenly from
             train_steps - 1 down to 0 and rounded; one step alone is at train_steps - 1

    Each step estimates the clean picture, and adds the same noise again as it should have at
    the next time; after the last step, none. So at each time the network sees the share of
    noise that it has seen at this time in training.
    """
    times = torch.linspace(train_steps - 1, 0, steps, dtype=torch.float64).round().long()
    kept = levels(steps).flip(0)
    kept = torch.cat([kept, torch.ones(1, dtype=torch.float64)]).tolist()
    x = noise
    for t, a, after in zip(times.tolist(), kept, kept[1:]):
        guess = network(x, torch.full((len(x),), t, device=x.device))
        clean = (x - (1 - a) ** 0.5 * guess) / a**0.5
        x = after**0.5 * clean + (1 - after) ** 0.5 * guess
    return x
