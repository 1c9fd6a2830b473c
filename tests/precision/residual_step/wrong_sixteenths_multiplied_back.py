"""A sixteenth has a square that fits. But then it's multiplied by 256, in the same dtype, and is infinite
again.
"""

import torch


def residual_step(hidden, gain, weight, eps=1e-5):
    square = (hidden / 16).pow(2).mean(dim=-1, keepdim=True) * 256
    scaled = hidden * torch.rsqrt(square + eps)  # (..., width)
    change = (scaled * gain).to(hidden.dtype) @ weight.T
    return hidden + change
