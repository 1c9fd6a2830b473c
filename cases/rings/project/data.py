"""Points on two rings, and the scale on which a network sees them."""

import math

import torch

RADII = (3.0, 6.0)
CENTER = (4.0, -2.0)
WIDTH = 0.4


def rings(count, generator):
    """`count` points (count, 2) with the numbers of their rings (count,), about as many of each."""
    labels = torch.arange(count) % len(RADII)
    angles = 2 * math.pi * torch.rand(count, generator=generator)
    radii = torch.tensor(RADII)[labels] + WIDTH * torch.randn(count, generator=generator)
    points = torch.stack((angles.cos(), angles.sin()), 1) * radii.unsqueeze(1)
    return points + torch.tensor(CENTER), labels


def radii(points):
    """Distances (n,) of points (n, 2) from the center of the rings."""
    return (points - points.new_tensor(CENTER)).norm(dim=1)


class Scale:
    """Takes points to mean 0 and one common spread of 1, and back; learned from the points given here."""

    def __init__(self, points):
        self.mean = points.mean(0)
        self.spread = points.std(0).mean()

    def shrink(self, points):
        return (points - self.mean) / self.spread

    def restore(self, points):
        """The inverse of `shrink`."""
        return points * self.spread + self.mean
