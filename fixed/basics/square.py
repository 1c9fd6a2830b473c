"""The smallest gradient by autograd: one number, one formula, one backward pass."""

import torch


def slope_of_square(value):
    """The slope of y = x * x at x = `value`, which is 2 * value.

    value: a Python number, whole (2) or not (2.0)
    Returns a tensor of shape (), on torch's default device. Its dtype is float32, unless
    torch's default dtype was changed.
    """
    # Without a dtype, a Python int makes an int64 tensor: no gradient for that.
    x = torch.tensor(value, dtype=torch.float32, requires_grad=True)
    y = x * x
    y.backward()
    return x.grad
