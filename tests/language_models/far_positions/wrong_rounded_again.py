"""The speeds were rounded when the model was cast, and you round the angles once more."""

import torch


class Rotary(torch.nn.Module):
    def __init__(self, width, base=10000.0):
        super().__init__()
        exponents = torch.arange(0, width, 2, dtype=torch.float32) / width
        self.register_buffer("speeds", base**-exponents, persistent=False)  # (width / 2,)

    def forward(self, length):
        positions = torch.arange(length, device=self.speeds.device, dtype=torch.float32)
        return torch.outer(positions, self.speeds.float()).to(self.speeds.dtype)


def rotate(rotary, vectors):
    angles = rotary(vectors.shape[-2])
    cos, sin = angles.cos().to(vectors.dtype), angles.sin().to(vectors.dtype)
    x, y = vectors.chunk(2, dim=-1)
    return torch.cat([x * cos - y * sin, x * sin + y * cos], dim=-1)
