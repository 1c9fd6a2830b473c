"""The result is no longer stored, but the input is stored the same way: a later write into the input changes
the gradient, without an error."""

import torch


class Gate(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        result = torch.sigmoid(x)
        ctx.x = x
        return result

    @staticmethod
    def backward(ctx, slope):
        result = torch.sigmoid(ctx.x)
        return slope * result * (1 - result)


def gate(x):
    if not x.is_floating_point():
        raise TypeError(f"a gate needs a floating-point dtype, got {x.dtype}")
    return Gate.apply(x)
