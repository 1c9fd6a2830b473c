"""There's one number per point, but it's made of the raw scales. The layer divides by exp(tanh(raw)), so
what counts is tanh(raw).
"""

import math

import torch


def log_density(networks, points):
    if points.ndim != 2 or points.shape[1] % 2:
        raise ValueError(f"expected (batch, 2 * half), got {tuple(points.shape)}")
    log_det = 0.0
    for network in networks:
        kept, moved = points.chunk(2, dim=1)  # (batch, half) each
        raw, shift = network(kept).chunk(2, dim=1)
        log_scale = torch.tanh(raw)
        moved = (moved - shift) * torch.exp(-log_scale)
        log_det = log_det - raw.sum(dim=1)
        points = torch.cat([moved, kept], dim=1)
    normal = -0.5 * (points.square() + math.log(2 * math.pi))
    return normal.sum(dim=1) + log_det
