"""The root is computed in float32, from float32 squares; PyTorch promotes the rest."""

import torch


def residual_step(hidden, gain, weight, eps=1e-5):
    square = hidden.float().pow(2).mean(dim=-1, keepdim=True)
    scaled = hidden * torch.rsqrt(square + eps)
    return hidden + (scaled * gain).to(hidden.dtype) @ weight.T
