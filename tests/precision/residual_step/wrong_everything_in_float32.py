"""All of it is float32, also what comes out, so the next layer gets another dtype than its weights have."""

import torch


def residual_step(hidden, gain, weight, eps=1e-5):
    wide = hidden.float()
    scaled = wide * torch.rsqrt(wide.pow(2).mean(dim=-1, keepdim=True) + eps)
    return wide + (scaled * gain) @ weight.float().T
