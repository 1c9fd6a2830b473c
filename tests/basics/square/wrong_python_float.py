"""The answer is right, but it's float64: to torch, `dtype=float` means Python's float, which has 64 bits."""

import torch


def slope_of_square(value):
    x = torch.tensor(value, dtype=float, requires_grad=True)
    y = x * x
    y.backward()
    return x.grad
