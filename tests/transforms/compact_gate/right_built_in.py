"""No function of its own: torch's sigmoid also needs its result only, and saves it."""

import torch


def gate(x):
    if not x.is_floating_point():
        raise TypeError(f"a gate needs a floating-point dtype, got {x.dtype}")
    return torch.sigmoid(x)
