"""A plain attribute isn't cast with the model; the angles go to the vectors' device when they're used."""

import torch


class Rotary(torch.nn.Module):
    def __init__(self, width, base=10000.0):
        super().__init__()
        self.speeds = base ** -(torch.arange(0, width, 2, dtype=torch.float32) / width)

    def forward(self, length):
        return torch.outer(torch.arange(length, dtype=torch.float32), self.speeds)


def rotate(rotary, vectors):
    angles = rotary(vectors.shape[-2]).to(vectors.device)
    cos, sin = angles.cos().to(vectors.dtype), angles.sin().to(vectors.dtype)
    x, y = vectors.chunk(2, dim=-1)
    return torch.cat([x * cos - y * sin, x * sin + y * cos], dim=-1)
