"""None came back: `.grad` is filled on the leaf that was made, and a cast after it makes a second tensor."""

import torch


def slope_of_square(value):
    x = torch.tensor(value, dtype=torch.float64, requires_grad=True).float()
    y = x * x
    y.backward()
    return x.grad
