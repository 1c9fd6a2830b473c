"""Infinity is replaced by the largest number of float16. That isn't the mean of the squares, only the
largest one that fits.
"""

import torch


def residual_step(hidden, gain, weight, eps=1e-5):
    square = hidden.pow(2).mean(dim=-1, keepdim=True)
    scaled = hidden * torch.rsqrt(square.nan_to_num(posinf=65504) + eps)  # (..., width)
    change = (scaled * gain).to(hidden.dtype) @ weight.T
    return hidden + change
