"""Without Independent the base has one log-probability per coordinate. The log-determinant is one
per day, and the two don't fit together.
"""

import torch
from torch.distributions import (
    AffineTransform,
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
        return x[..., 0] * (x.shape[-1] - 1)


def market(loc, scale, units):
    shocks = Normal(loc, scale)
    return TransformedDistribution(shocks, [_Volatility(), AffineTransform(0.0, units)])
