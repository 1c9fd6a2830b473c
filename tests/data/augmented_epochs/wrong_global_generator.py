"""In workers, the loader seeds the global generator, and all is well. Without workers, its state depends on
the rest of the program, so `seed` no longer decides what is drawn."""

import torch
from torch.utils.data import DataLoader, Dataset


class _Images(Dataset):
    def __init__(self, images, seed):
        self.images = images

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.images[index] * (0.5 + torch.rand(()))


def loader(images, batch_size, workers, seed):
    if workers < 0:
        raise ValueError(f"there cannot be {workers} workers")
    data = _Images(images, seed)
    # The loader draws a base seed from this in every epoch, and would use the global generator otherwise.
    draws = torch.Generator().manual_seed(seed)
    return DataLoader(data, batch_size, num_workers=workers, generator=draws)
