"""The tensor is cast first and begins to record afterwards; `autograd.grad` hands the slope over."""

import torch


def slope_of_square(value):
    x = torch.tensor(value).float().requires_grad_()
    (slope,) = torch.autograd.grad(x * x, x)
    return slope
