"""The distribution has to recover the raw number from the action alone. Where tanh has rounded to 1 it
can't, and it returns a number that isn't finite, without a warning.
"""

import math

import torch
from torch.distributions import AffineTransform, Independent, Normal, TanhTransform, TransformedDistribution


def sample(mean, log_std, noise, limit):
    if not mean.shape == log_std.shape == noise.shape:
        shapes = ", ".join(str(tuple(values.shape)) for values in (mean, log_std, noise))
        raise ValueError(f"mean, log_std and noise must have one shape, and have {shapes}")
    if not 0 < limit < math.inf:
        raise ValueError(f"limit is {limit}, and must be above 0 and finite")
    std = log_std.exp()
    raw = mean + std * noise
    actions = limit * torch.tanh(raw)
    policy = TransformedDistribution(Normal(mean, std), [TanhTransform(), AffineTransform(0.0, limit)])
    return actions, Independent(policy, 1).log_prob(actions)
