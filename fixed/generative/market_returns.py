"""Daily returns that share a hidden volatility, as a distribution to sample from and to fit."""

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
    """(h, z1, z2, …) to (h, z1 exp(h), z2 exp(h), …)."""

    bijective = True
    domain = constraints.real_vector  # its input is a whole vector, and so is its log-determinant
    codomain = constraints.real_vector

    def _call(self, x):
        return torch.cat([x[..., :1], x[..., 1:] * x[..., :1].exp()], dim=-1)

    def _inverse(self, y):
        return torch.cat([y[..., :1], y[..., 1:] * (-y[..., :1]).exp()], dim=-1)

    def log_abs_det_jacobian(self, x, y):
        return x[..., 0] * (x.shape[-1] - 1)


def market(loc, scale, units):
    """Return the joint distribution of a day's volatility and returns, one vector per day.

    loc, scale: (1 + assets,): means and standard deviations of h and of the shocks z, which
                are normal and independent
    units:      (1 + assets,), positive: what h and the returns are multiplied by at the end,
                such as 100 for percent

    A day is (h, z1 exp(h), z2 exp(h), …) * units. The result is a torch Distribution whose
    event_shape is (1 + assets,). Its log_prob maps (..., 1 + assets) to (...): one number per
    day, which doesn't depend on other days. It can be differentiated along loc and scale.
    """
    shocks = Independent(Normal(loc, scale), 1)
    return TransformedDistribution(shocks, [_Volatility(), AffineTransform(0.0, units)])
