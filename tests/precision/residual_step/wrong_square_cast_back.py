"""The mean of the squares is kept in the dtype of the features. With features of 600 it doesn't fit into
float16, however it was computed, and is infinite again.
"""

import torch


def residual_step(hidden, gain, weight, eps=1e-5):
    square = hidden.float().pow(2).mean(dim=-1, keepdim=True).to(hidden.dtype)
    scaled = hidden * torch.rsqrt(square + eps)  # (..., width)
    change = (scaled * gain).to(hidden.dtype) @ weight.T
    return hidden + change
