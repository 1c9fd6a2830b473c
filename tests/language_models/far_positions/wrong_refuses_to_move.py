"""The speeds keep their dtype, because the module ignores every cast. It ignores every move as well, and
stays on the CPU when the model goes to a GPU."""

import torch


class Rotary(torch.nn.Module):
    def __init__(self, width, base=10000.0):
        super().__init__()
        exponents = torch.arange(0, width, 2, dtype=torch.float32) / width
        self.register_buffer("speeds", base**-exponents, persistent=False)

    def forward(self, length):
        positions = torch.arange(length, device=self.speeds.device, dtype=self.speeds.dtype)
        return torch.outer(positions, self.speeds)

    def _apply(self, fn, recurse=True):
        return self


def rotate(rotary, vectors):
    angles = rotary(vectors.shape[-2])
    cos, sin = angles.cos().to(vectors.dtype), angles.sin().to(vectors.dtype)
    x, y = vectors.chunk(2, dim=-1)
    return torch.cat([x * cos - y * sin, x * sin + y * cos], dim=-1)
