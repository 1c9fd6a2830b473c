"""The height is wrapped in a new leaf, so `backward()` ends there and `x.grad` stays None."""

import math

import torch


def landscape(x):
    if x.shape != torch.Size([]) or not math.isfinite(x.item()):
        raise ValueError(f"x must be a single finite number, got {x.tolist()}")
    square = x.item() ** 2
    return torch.tensor(math.sin(square) + square / 8, dtype=x.dtype, device=x.device, requires_grad=True)
