"""A sigmoid gate that needs nothing but its own result for the backward pass."""

import torch


class _Gate(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        result = torch.sigmoid(x)
        ctx.result = result  # not x, which can go as soon as its user is done with it
        return result

    @staticmethod
    def backward(ctx, slope):
        result = ctx.result
        return slope * result * (1 - result)


def gate(x):
    """Return the logistic function of each element of `x`, 1 / (1 + exp(-x)).

    x: any shape, floating point; it is not changed
    Returns a new tensor of the shape, dtype and device of `x`, differentiable with respect to `x`, also
    twice. Later the result may be changed in place, and so may `x`: then `backward()` either gives the
    gradient of what was computed, or raises RuntimeError. When the last reference to the result goes, so
    does its memory, at once.
    Raises TypeError when `x` is not of a floating-point dtype.
    """
    if not x.is_floating_point():
        raise TypeError(f"a gate needs a floating-point dtype, got {x.dtype}")
    return _Gate.apply(x)
