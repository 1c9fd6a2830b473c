"""The input is saved, and the backward pass recomputes the gate."""

import torch


class Gate(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        result = torch.sigmoid(x)
        ctx.save_for_backward(x)
        return result

    @staticmethod
    def backward(ctx, slope):
        result = torch.sigmoid(ctx.saved_tensors[0])
        return slope * result * (1 - result)


def gate(x):
    if not x.is_floating_point():
        raise TypeError(f"a gate needs a floating-point dtype, got {x.dtype}")
    return Gate.apply(x)
