"""The smallest whole computation: a leaf, a formula, one backward pass, one gradient."""

import torch


def slope_of_square(value):
    """The derivative of y = x * x at x = `value`, which is 2 * value, by autograd.

    value: a Python number, whole (2) or not (2.0)
    Returns a float32 tensor of shape (), on torch's default device.
    """
    # The dtype of a tensor follows the kind of number, and only floating-point tensors have slopes.
    x = torch.tensor(value, dtype=torch.float32, requires_grad=True)
    y = x * x
    y.backward()
    return x.grad
