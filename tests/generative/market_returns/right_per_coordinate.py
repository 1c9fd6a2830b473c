"""The log-determinant is given per coordinate, as an elementwise transform must: 0 for h, h for
each asset.
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
    codomain = constraints.real

    def _call(self, x):
        return torch.cat([x[..., :1], x[..., 1:] * x[..., :1].exp()], dim=-1)

    def _inverse(self, y):
        return torch.cat([y[..., :1], y[..., 1:] * (-y[..., :1]).exp()], dim=-1)

    def log_abs_det_jacobian(self, x, y):
        return torch.cat([torch.zeros_like(x[..., :1]), x[..., :1].expand_as(x[..., 1:])], dim=-1)


def market(loc, scale, units):
    shocks = Independent(Normal(loc, scale), 1)
    return TransformedDistribution(shocks, [_Volatility(), AffineTransform(0.0, units)])
