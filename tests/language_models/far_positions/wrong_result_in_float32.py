"""The angles are right, but the queries come back in float32, and the next matrix product refuses to multiply
them by something in bfloat16."""

import torch


class Rotary(torch.nn.Module):
    def __init__(self, width, base=10000.0):
        super().__init__()
        self.width, self.base = width, base
        self.register_buffer("place", torch.empty(0), persistent=False)

    def forward(self, length):
        exponents = torch.arange(0, self.width, 2, device=self.place.device) / self.width
        positions = torch.arange(length, device=self.place.device, dtype=torch.float32)
        return torch.outer(positions, self.base**-exponents)


def rotate(rotary, vectors):
    angles = rotary(vectors.shape[-2])
    cos, sin = angles.cos(), angles.sin()
    x, y = vectors.chunk(2, dim=-1)
    return torch.cat([x * cos - y * sin, x * sin + y * cos], dim=-1)
