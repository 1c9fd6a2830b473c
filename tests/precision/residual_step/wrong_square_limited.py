"""The square may not be more than 65504 now, so it isn't infinite. But it isn't the square any more: a
feature of 1000 is divided by 128."""

import torch


def residual_step(hidden, gain, weight, eps=1e-5):
    square = hidden.pow(2).clamp(max=torch.finfo(hidden.dtype).max).mean(dim=-1, keepdim=True)
    scaled = hidden * torch.rsqrt(square + eps)
    return hidden + (scaled * gain).to(hidden.dtype) @ weight.T
