"""Divided by the largest, every square fits. But eps is now added to the squares of the divided features,
so it counts for far more, or for less, than it should.
"""

import torch


def residual_step(hidden, gain, weight, eps=1e-5):
    size = hidden.abs().amax(dim=-1, keepdim=True)
    hidden_ = hidden / size
    square = hidden_.pow(2).mean(dim=-1, keepdim=True)
    scaled = hidden_ * torch.rsqrt(square + eps)  # (..., width)
    change = (scaled * gain).to(hidden.dtype) @ weight.T
    return hidden + change
