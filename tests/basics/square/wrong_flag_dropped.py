"""Without `requires_grad=True` nothing is recorded, so `backward()` finds no way back, for any number."""

import torch


def slope_of_square(value):
    x = torch.tensor(value, dtype=torch.float32)
    y = x * x
    y.backward()
    return x.grad
