"""Actions within limits: a Gaussian number, squashed by tanh, as in soft actor-critic."""

import math

import torch
from torch.distributions import Normal


def sample(mean, log_std, noise, limit):
    """Draw actions a = limit * tanh(mean + exp(log_std) * noise); return them and their log pi(a).

    mean, log_std: of one shape, (..., axes)
    noise: (..., axes) of that same shape, standard normal numbers that the caller has drawn
    limit: largest size of an action on every axis, a number above 0
    The actions are (..., axes). pi is the density of the actions, all axes together; its logarithm is
    (...), in the dtype of the mean. It stays exact for raw numbers at which tanh rounds to 1. Both
    results carry their graph: at fixed noise they can be differentiated with respect to mean and log_std.
    Raises ValueError if the shapes differ (naming all), or if limit is not above 0 or not finite.
    """
    if not mean.shape == log_std.shape == noise.shape:
        shapes = ", ".join(str(tuple(values.shape)) for values in (mean, log_std, noise))
        raise ValueError(f"mean, log_std and noise must have one shape, and have {shapes}")
    if not 0 < limit < math.inf:
        raise ValueError(f"limit is {limit}, and must be above 0 and finite")
    std = log_std.exp()
    raw = mean + std * noise
    log_probs = Normal(mean, std).log_prob(raw)
    return limit * torch.tanh(raw), log_probs.sum(dim=-1)
