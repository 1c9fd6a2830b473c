"""torch's transform knows the logarithm of its slope, and computes it from the raw number."""

import math

import torch
from torch.distributions import Normal, TanhTransform


def sample(mean, log_std, noise, limit):
    if not mean.shape == log_std.shape == noise.shape:
        shapes = ", ".join(str(tuple(values.shape)) for values in (mean, log_std, noise))
        raise ValueError(f"mean, log_std and noise must have one shape, and have {shapes}")
    if not 0 < limit < math.inf:
        raise ValueError(f"limit is {limit}, and must be above 0 and finite")
    std = log_std.exp()
    raw = mean + std * noise
    log_probs = Normal(mean, std).log_prob(raw)
    squashed = torch.tanh(raw)
    log_probs = log_probs - TanhTransform().log_abs_det_jacobian(raw, squashed) - math.log(limit)
    return limit * squashed, log_probs.sum(dim=-1)
