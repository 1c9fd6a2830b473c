"""The declaration is right, but you've changed the order too. The units come last: in front, they multiply
h before exp(h) is taken.
"""

import torch
from torch.distributions import (
    AffineTransform,
    Independent,
    Normal,
    Transform,
    TransformedDistribution,
    constraints,
)


class _Volatility(Transform):
    bijective = True
    domain = constraints.real_vector
    codomain = constraints.real_vector

    def _call(self, x):
        return torch.cat([x[..., :1], x[..., 1:] * x[..., :1].exp()], dim=-1)

    def _inverse(self, y):
        return torch.cat([y[..., :1], y[..., 1:] * (-y[..., :1]).exp()], dim=-1)

    def log_abs_det_jacobian(self, x, y):
        return x[..., 0] * (x.shape[-1] - 1)


def market(loc, scale, units):
    shocks = Independent(Normal(loc, scale), 1)
    return TransformedDistribution(shocks, [AffineTransform(0.0, units), _Volatility()])
