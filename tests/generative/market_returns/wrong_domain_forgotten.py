"""A vector comes out, so a vector goes in: the domain must say so too. As it is, torch believes that a
vector is made of each number.
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
    domain = constraints.real
    codomain = constraints.real_vector

    def _call(self, x):
        return torch.cat([x[..., :1], x[..., 1:] * x[..., :1].exp()], dim=-1)

    def _inverse(self, y):
        return torch.cat([y[..., :1], y[..., 1:] * (-y[..., :1]).exp()], dim=-1)

    def log_abs_det_jacobian(self, x, y):
        return x[..., 0] * (x.shape[-1] - 1)


def market(loc, scale, units):
    shocks = Independent(Normal(loc, scale), 1)
    return TransformedDistribution(shocks, [_Volatility(), AffineTransform(0.0, units)])
