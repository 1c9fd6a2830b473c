"""This is the square of the sine, not the sine of the square: the heights themselves have changed."""

import torch


def landscape(x):
    if x.shape != torch.Size([]):
        raise ValueError(f"x must be a single number, got shape {tuple(x.shape)}")
    return torch.sin(x) ** 2 + x * x / 8
