"""A sigmoid gate that needs nothing but its own result for the backward pass."""

import torch


class _Gate(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        result = torch.sigmoid(x)
        ctx.save_for_backward(result)  # checks for later writes, and makes no reference cycle
        return result

    @staticmethod
    def backward(ctx, slope):
        (result,) = ctx.saved_tensors
        return slope * result * (1 - result)


def gate(x):
    """Return the logistic function of each element of `x`, 1 / (1 + exp(-x)).

    x: any shape, floating point; not changed
    Returns a new tensor of the shape, dtype and device of `x`, twice differentiable with respect
    to `x`. If the result or `x` is changed in place later, `backward()` either gives the gradient of what
    was computed, or raises RuntimeError. A result that nobody refers to any more is freed at once, without
    the garbage collector. Raises TypeError if the dtype of `x` is not floating point.
    """
    if not x.is_floating_point():
        raise TypeError(f"a gate needs a floating-point dtype, got {x.dtype}")
    return _Gate.apply(x)
