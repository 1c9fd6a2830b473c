"""A distribution of its own, with the density written out."""

import torch
from torch.distributions import Distribution, Independent, Normal


class _Market(Distribution):
    arg_constraints = {}  # noqa: RUF012
    has_rsample = True

    def __init__(self, loc, scale, units):
        self.shocks, self.units = Independent(Normal(loc, scale), 1), units
        super().__init__(event_shape=loc.shape, validate_args=False)

    def rsample(self, sample_shape=()):
        x = self.shocks.rsample(torch.Size(sample_shape))
        return torch.cat([x[..., :1], x[..., 1:] * x[..., :1].exp()], dim=-1) * self.units

    def log_prob(self, value):
        y = value / self.units
        h = y[..., :1]
        x = torch.cat([h, y[..., 1:] / h.exp()], dim=-1)
        stretched = h[..., 0] * (y.shape[-1] - 1) + self.units.log().sum()
        return self.shocks.log_prob(x) - stretched


def market(loc, scale, units):
    return _Market(loc, scale, units)
