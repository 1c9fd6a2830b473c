"""A bowl with ripples: a small landscape for trying out optimizers."""

import math

import torch


def landscape(x):
    """The height sin(x²) + x²/8 at the point `x`.

    x: floating-point tensor of shape (), finite; otherwise ValueError
    Returns a tensor of shape (), in the dtype and on the device of `x`. Its gradient with
    respect to `x` is 2 x cos(x²) + x/4, by the chain rule.
    """
    if x.shape != torch.Size([]) or not math.isfinite(x.item()):  # a plain number will do here
        raise ValueError(f"x must be a single finite number, got {x.tolist()}")
    square = x * x
    ripple = math.sin(square.item())  # double precision, even if x is float32
    return ripple + square / 8
