"""The result lets go of its memory now, but the detached tensor is the same memory: after a write in place
the gradient is still that of the new numbers."""

import torch


class Gate(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        result = torch.sigmoid(x)
        ctx.result = result.detach()
        return result

    @staticmethod
    def backward(ctx, slope):
        result = ctx.result
        return slope * result * (1 - result)


def gate(x):
    if not x.is_floating_point():
        raise TypeError(f"a gate needs a floating-point dtype, got {x.dtype}")
    return Gate.apply(x)
