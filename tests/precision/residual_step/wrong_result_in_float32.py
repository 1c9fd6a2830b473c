"""The numbers are right. But what's added is the float32 copy, so the result is float32, and the next
layer has other weights.
"""

import torch


def residual_step(hidden, gain, weight, eps=1e-5):
    wide = hidden.float()
    square = wide.pow(2).mean(dim=-1, keepdim=True)
    scaled = wide * torch.rsqrt(square + eps)  # (..., width)
    change = (scaled * gain).to(hidden.dtype) @ weight.T
    return wide + change
