"""Python turns the number into a float before torch sees it."""

import torch


def slope_of_square(value):
    x = torch.tensor(float(value), requires_grad=True)
    y = x**2
    y.backward()
    return x.grad
