"""The sine is computed in double precision, by torch: a cast is recorded like any other operation."""

import math

import torch


def landscape(x):
    if x.shape != torch.Size([]) or not math.isfinite(x.item()):
        raise ValueError(f"x must be a single finite number, got {x.tolist()}")
    square = x * x
    ripple = torch.sin(square.to(torch.float64)).to(x.dtype)
    return ripple + square / 8
