"""1 - tanh(u)^2 is 4 sigmoid(2u) sigmoid(-2u), whose logarithms are safe."""

import math

import torch
from torch.distributions import Normal
from torch.nn.functional import logsigmoid


def sample(mean, log_std, noise, limit):
    if not mean.shape == log_std.shape == noise.shape:
        shapes = ", ".join(str(tuple(values.shape)) for values in (mean, log_std, noise))
        raise ValueError(f"mean, log_std and noise must have one shape, and have {shapes}")
    if not 0 < limit < math.inf:
        raise ValueError(f"limit is {limit}, and must be above 0 and finite")
    std = log_std.exp()
    raw = mean + std * noise
    log_probs = Normal(mean, std).log_prob(raw)
    log_probs = log_probs - logsigmoid(2 * raw) - logsigmoid(-2 * raw) - math.log(4 * limit)
    return limit * torch.tanh(raw), log_probs.sum(-1)
