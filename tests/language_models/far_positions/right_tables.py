"""Cosines and sines are computed once, in float32. Casting those costs only their own rounding."""

import torch


class Rotary(torch.nn.Module):
    def __init__(self, width, base=10000.0):
        super().__init__()
        speeds = base ** -(torch.arange(0, width, 2, dtype=torch.float64) / width)
        angles = torch.outer(torch.arange(4096, dtype=torch.float64), speeds)
        self.register_buffer("cos", angles.cos().float(), persistent=False)
        self.register_buffer("sin", angles.sin().float(), persistent=False)

    def forward(self, length):
        return self.cos[:length], self.sin[:length]


def rotate(rotary, vectors):
    cos, sin = rotary(vectors.shape[-2])
    x, y = vectors.chunk(2, dim=-1)
    return torch.cat([x * cos - y * sin, x * sin + y * cos], dim=-1)
