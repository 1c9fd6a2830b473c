"""A bowl with ripples: a small landscape for trying out optimisers."""

import math

import torch


def landscape(x):
    """The height sin(x²) + x²/8 at the point `x`.

    x: floating-point tensor of shape (); ValueError for any other shape
    Returns a tensor of shape (), in the dtype and on the device of `x`; its gradient with respect
    to `x` is 2 x cos(x²) + x/4, by the chain rule.
    """
    if x.shape != torch.Size([]):  # one height, so that backward() has one place to start from
        raise ValueError(f"x must be a single number, got shape {tuple(x.shape)}")
    square = x * x
    ripple = math.sin(square.item())  # double precision, even if x is float32
    return ripple + square / 8
