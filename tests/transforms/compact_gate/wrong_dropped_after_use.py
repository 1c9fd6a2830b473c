"""The stored result goes after the first `backward()`: one that is never used for a `backward()` stays, and
the numbers are still those of the last write."""

import torch


class Gate(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        result = torch.sigmoid(x)
        ctx.result = result
        return result

    @staticmethod
    def backward(ctx, slope):
        result, ctx.result = ctx.result, None
        return slope * result * (1 - result)


def gate(x):
    if not x.is_floating_point():
        raise TypeError(f"a gate needs a floating-point dtype, got {x.dtype}")
    return Gate.apply(x)
