"""The tensor is cast first and asks for a gradient afterwards; `autograd.grad` returns the slope."""

import torch


def slope_of_square(value):
    x = torch.tensor(value).float().requires_grad_()
    (slope,) = torch.autograd.grad(x * x, x)
    return slope
