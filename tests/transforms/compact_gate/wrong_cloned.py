"""What is stored now (a copy, a detached tensor, the finished slope) was made inside `forward`, where nothing
is recorded. It's a constant: the first derivative is right, and the second is lost."""

import torch


class Gate(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        result = torch.sigmoid(x)
        ctx.result = result.clone()
        return result

    @staticmethod
    def backward(ctx, slope):
        result = ctx.result
        return slope * result * (1 - result)


def gate(x):
    if not x.is_floating_point():
        raise TypeError(f"a gate needs a floating-point dtype, got {x.dtype}")
    return Gate.apply(x)
