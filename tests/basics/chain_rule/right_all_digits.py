"""The sine is computed in double precision, by torch: a cast is recorded like any other operation."""

import torch


def landscape(x):
    if x.shape != torch.Size([]):
        raise ValueError(f"x must be a single number, got shape {tuple(x.shape)}")
    square = x * x
    ripple = torch.sin(square.to(torch.float64)).to(x.dtype)
    return ripple + square / 8
