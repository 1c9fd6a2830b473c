"""A small residual network that tells points from noise."""

import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    """x + f(norm(x) + condition), all of width `width`."""

    def __init__(self, width, dropout):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.inner = nn.Linear(width, width)
        self.outer = nn.Linear(width, width)
        self.dropout = dropout

    def forward(self, x, condition):
        hidden = F.silu(self.inner(self.norm(x) + condition))
        return x + self.outer(F.dropout(hidden, self.dropout, self.training))


class Denoiser(nn.Module):
    """An answer (n, 2) for noisy points (n, 2) at times (n,) from 0 to steps - 1, on rings labels (n,).

    Starts by answering 0 for everything. In evaluation mode the answer for a point depends on nothing
    but the point, its time and its label.
    """

    def __init__(self, steps, labels, width, depth, dropout):
        super().__init__()
        waves = width // 4
        self.register_buffer("frequencies", torch.pi * 2.0 ** torch.linspace(-1, 4, waves))
        self.steps = steps
        self.time = nn.Sequential(nn.Linear(2 * waves, width), nn.SiLU(), nn.Linear(width, width))
        self.label = nn.Embedding(labels, width)
        self.enter = nn.Linear(2, width)
        self.blocks = nn.ModuleList([Block(width, dropout) for _ in range(depth)])
        self.leave = nn.Linear(width, 2)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)

    def forward(self, x, times, labels):
        angles = (times.to(x.dtype) / self.steps).unsqueeze(1) * self.frequencies
        condition = self.time(torch.cat((angles.sin(), angles.cos()), 1)) + self.label(labels)
        hidden = self.enter(x)
        for block in self.blocks:
            hidden = block(hidden, condition)
        return self.leave(hidden)
