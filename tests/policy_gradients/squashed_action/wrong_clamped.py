"""The action is kept a millionth away from the limits, so every action further out gets the density of
that one point and a gradient of zero: nothing pulls it back.
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
    squashed = torch.tanh(raw).clamp(-1 + 1e-6, 1 - 1e-6)
    log_probs = log_probs - torch.log(limit * (1 - squashed.pow(2)))
    return limit * squashed, log_probs.sum(dim=-1)
