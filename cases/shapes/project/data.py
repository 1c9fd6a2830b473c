"""Grey pictures of four shapes, with soft edges and noise, and what is done to them before the network."""

from typing import NamedTuple

import torch
import torch.nn.functional as F

SHAPES = ("disc", "square", "cross", "triangle")
SIDE = 16


class Pictures(NamedTuple):
    """images: (samples, 1, SIDE, SIDE), floats; labels: (samples,), int64, indices into SHAPES."""

    images: torch.Tensor
    labels: torch.Tensor


def draw(samples, seed, exposure=1.0):
    """`samples` Pictures, all shapes in turn, of other sizes, places and contrasts for each seed."""
    generator = torch.Generator().manual_seed(seed)

    def uniform(low, high):
        return low + (high - low) * torch.rand(samples, 1, 1, generator=generator)

    axis = torch.arange(SIDE) + 0.5
    y, x = torch.broadcast_tensors(axis[:, None] - uniform(6, 10), axis - uniform(6, 10))
    size = uniform(3.2, 5.2)
    across, along = 0.4 * size, size
    # How far inside the shape a pixel lies; below zero, it's outside.
    disc = size - torch.hypot(x, y)
    square = 0.85 * size - torch.maximum(x.abs(), y.abs())
    bars = [torch.minimum(a - x.abs(), b - y.abs()) for a, b in ((across, along), (along, across))]
    triangle = torch.minimum(0.7 * size - y, 0.6 * (y + size) - x.abs())
    inside = torch.stack([disc, square, torch.maximum(*bars), triangle])
    labels = torch.arange(samples) % len(SHAPES)
    ink = (inside[labels, torch.arange(samples)] + 0.5).clamp(0, 1)
    grey = uniform(0.1, 0.3) + uniform(0.3, 0.6) * ink
    grey = grey + 0.06 * torch.randn(grey.shape, generator=generator)
    return Pictures((exposure * grey).clamp(0, 1).unsqueeze(1), labels)


def augment(images, noise, generator):
    """New images (samples, 1, side, side): with noise, half of them mirrored, moved by up to one pixel.

    Each image has draws of its own.
    """
    n, _, height, width = images.shape
    images = images + noise * torch.randn(images.shape, generator=generator)
    mirrored = torch.rand(n, 1, 1, 1, generator=generator) < 0.5
    images = torch.where(mirrored, images.flip(-1), images)
    padded = F.pad(images, (1, 1, 1, 1), mode="replicate")
    down, right = torch.randint(0, 3, (2, n, 1), generator=generator)
    rows = (down + torch.arange(height)).unsqueeze(2)
    columns = (right + torch.arange(width)).unsqueeze(1)
    return padded[torch.arange(n)[:, None, None], 0, rows, columns].unsqueeze(1)


class Scaling:
    """Center and scale images by the mean and the standard deviation of all pixels of those given here."""

    def __init__(self, images):
        self.mean = images.mean()
        self.std = images.std(correction=0).clamp_min(1e-6)

    def __call__(self, images):
        return (images - self.mean) / self.std


def batches(pictures, size, generator=None):
    """Yield Pictures of `size` samples, and at the end what is left; shuffled if there is a generator."""
    n = len(pictures.labels)
    rows = torch.arange(n) if generator is None else torch.randperm(n, generator=generator)
    for part in rows.split(size):
        yield Pictures(pictures.images[part], pictures.labels[part])
