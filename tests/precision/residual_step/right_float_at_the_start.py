"""The whole normalization is float32, the gain included."""

import torch


def residual_step(hidden, gain, weight, eps=1e-5):
    wide = hidden.to(torch.float32)
    scaled = wide / (wide.square().mean(-1, keepdim=True) + eps).sqrt()
    return hidden + (scaled * gain).to(hidden.dtype) @ weight.T
