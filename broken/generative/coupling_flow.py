"""A normalizing flow of coupling layers: the density that it gives to a point."""

import math

import torch


def log_density(networks, points):
    """Return the logarithm of the density of every point, (batch,).

    networks: one callable per layer, which maps (batch, half) to (batch, 2 * half), each row by
              itself: raw log-scales, then shifts. There may be no layers
    points:   (batch, 2 * half); a batch may be empty

    A layer keeps the first half a of (a, b) and maps b to (b - shift(a)) / exp(tanh(raw(a))).
    Then the halves change places. What comes out of the last layer is standard normal.
    The density of a point doesn't depend on the other points of the batch.
    Raises ValueError if the points are not a matrix with an even number of columns.
    """
    if points.ndim != 2 or points.shape[1] % 2:
        raise ValueError(f"expected (batch, 2 * half), got {tuple(points.shape)}")
    log_det = 0.0
    for network in networks:
        kept, moved = points.chunk(2, dim=1)  # (batch, half) each
        raw, shift = network(kept).chunk(2, dim=1)
        log_scale = torch.tanh(raw)
        moved = (moved - shift) * torch.exp(-log_scale)
        log_det = log_det - log_scale.sum()
        points = torch.cat([moved, kept], dim=1)
    normal = -0.5 * (points.square() + math.log(2 * math.pi))
    return normal.sum(dim=1) + log_det
