"""The speeds are exact, and the positions are still counted in the model's dtype. bfloat16 counts 256, 258,
260."""

import torch


class Rotary(torch.nn.Module):
    def __init__(self, width, base=10000.0):
        super().__init__()
        self.width, self.base = width, base
        self.register_buffer("place", torch.empty(0), persistent=False)

    def forward(self, length):
        exponents = torch.arange(0, self.width, 2, device=self.place.device) / self.width
        positions = torch.arange(length, device=self.place.device, dtype=self.place.dtype)
        return torch.outer(positions.float(), self.base**-exponents)


def rotate(rotary, vectors):
    angles = rotary(vectors.shape[-2])
    cos, sin = angles.cos().to(vectors.dtype), angles.sin().to(vectors.dtype)
    x, y = vectors.chunk(2, dim=-1)
    return torch.cat([x * cos - y * sin, x * sin + y * cos], dim=-1)
