"""`backward` leaves out the gradient that arrives from above. It's right as long as the height itself is the
loss, and wrong as soon as something is computed from it, even `3 * height`.
"""

import math

import torch


class Ripple(torch.autograd.Function):
    @staticmethod
    def forward(ctx, square):
        ctx.save_for_backward(square)
        return square.new_tensor(math.sin(square.item()))

    @staticmethod
    def backward(ctx, grad):
        (square,) = ctx.saved_tensors
        return square.new_tensor(math.cos(square.item()))


def landscape(x):
    if x.shape != torch.Size([]) or not math.isfinite(x.item()):
        raise ValueError(f"x must be a single finite number, got {x.tolist()}")
    square = x * x
    return Ripple.apply(square) + square / 8
