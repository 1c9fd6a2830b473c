"""No custom function: torch's sigmoid saves only its result, too."""

import torch


def gate(x):
    if not x.is_floating_point():
        raise TypeError(f"a gate needs a floating-point dtype, got {x.dtype}")
    return torch.sigmoid(x)
