"""The stored result is dropped after the first `backward()`. A result that never gets a `backward()` stays,
and the gradient still uses the numbers of the last write."""

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
