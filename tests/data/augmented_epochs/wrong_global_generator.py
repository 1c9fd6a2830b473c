"""In workers the global generator is seeded by the loader, and all is well. Without workers it is whatever
the rest of the program made of it: `seed` no longer decides what is drawn."""

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
    data, random = _Images(images, seed), torch.Generator().manual_seed(seed)
    return DataLoader(data, batch_size, num_workers=workers, generator=random)
