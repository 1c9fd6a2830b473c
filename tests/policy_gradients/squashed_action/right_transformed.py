"""torch does the bookkeeping: a distribution with each step of the squashing as a transform."""

import math

from torch.distributions import AffineTransform, Independent, Normal, TanhTransform, TransformedDistribution


def sample(mean, log_std, noise, limit):
    if not mean.shape == log_std.shape == noise.shape:
        shapes = ", ".join(str(tuple(values.shape)) for values in (mean, log_std, noise))
        raise ValueError(f"mean, log_std and noise must have one shape, and have {shapes}")
    if not 0 < limit < math.inf:
        raise ValueError(f"limit is {limit}, and must be above 0 and finite")
    std = log_std.exp()
    raw = mean + std * noise
    squash = TanhTransform(cache_size=1)
    stretch = AffineTransform(0.0, limit, cache_size=1)
    actions = stretch(squash(raw))
    policy = TransformedDistribution(Normal(mean, std), [squash, stretch], validate_args=False)
    return actions, Independent(policy, 1).log_prob(actions)
