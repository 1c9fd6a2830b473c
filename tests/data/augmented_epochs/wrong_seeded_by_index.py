"""The factor depends only on the seed and the image. Workers no longer matter, but an image has the same
factor in every epoch. That's a darker data set, not an augmentation."""

import torch
from torch.utils.data import DataLoader, Dataset


class _Images(Dataset):
    def __init__(self, images, seed):
        self.images = images
        self.seed = seed

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        generator = torch.Generator().manual_seed(1000 * self.seed + index)
        return self.images[index] * (0.5 + torch.rand((), generator=generator))


def loader(images, batch_size, workers, seed):
    if workers < 0:
        raise ValueError(f"there cannot be {workers} workers")
    data = _Images(images, seed)
    # The loader draws a base seed from this in every epoch, and would use the global generator otherwise.
    draws = torch.Generator().manual_seed(seed)
    return DataLoader(data, batch_size, num_workers=workers, generator=draws)
