"""This accounts for the scaling by the limit, but not for the squashing before it: the density still
doesn't integrate to 1, and variety is still measured in the raw numbers.
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
    log_probs = log_probs - math.log(limit)
    return limit * torch.tanh(raw), log_probs.sum(dim=-1)
