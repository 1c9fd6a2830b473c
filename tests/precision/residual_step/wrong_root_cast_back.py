"""The square is float32 and the values are right. But the root goes back to float16 before it's
multiplied, so its gradient, a sum over all features, is float16 too, and overflows if many of them are
large.
"""

import torch


def residual_step(hidden, gain, weight, eps=1e-5):
    square = hidden.float().pow(2).mean(dim=-1, keepdim=True)
    scaled = hidden * torch.rsqrt(square + eps).to(hidden.dtype)
    change = (scaled * gain).to(hidden.dtype) @ weight.T
    return hidden + change
