"""The hand-written derivative stops at the outer function: cos(x²) without the inner factor 2 x."""

import math

import torch


class Ripple(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.new_tensor(math.sin(x.item() ** 2))

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * math.cos(x.item() ** 2)


def landscape(x):
    if x.shape != torch.Size([]) or not math.isfinite(x.item()):
        raise ValueError(f"x must be a single finite number, got {x.tolist()}")
    return Ripple.apply(x) + x * x / 8
