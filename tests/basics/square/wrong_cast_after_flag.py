"""None came back: `backward()` fills `.grad` only of the tensor that was made with `requires_grad=True`."""

import torch


def slope_of_square(value):
    x = torch.tensor(value, dtype=torch.float64, requires_grad=True).float()
    y = x * x
    y.backward()
    return x.grad
