"""Python's sine stays, and torch is told its derivative. The inner derivative, 2 x, is still autograd's."""

import math

import torch


class Sine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, angle):
        ctx.save_for_backward(angle)
        return angle.new_tensor(math.sin(angle.item()))

    @staticmethod
    def backward(ctx, grad):
        (angle,) = ctx.saved_tensors
        return grad * math.cos(angle.item())


def landscape(x):
    if x.shape != torch.Size([]) or not math.isfinite(x.item()):
        raise ValueError(f"x must be a single finite number, got {x.tolist()}")
    return Sine.apply(x * x) + x * x / 8
