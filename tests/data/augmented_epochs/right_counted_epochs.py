"""The loader counts its epochs. Each read has its own generator, seeded with image and epoch."""

import torch
from torch.utils.data import DataLoader, Dataset


class _Images(Dataset):
    def __init__(self, images, seed):
        self.images = images
        self.seed = seed
        self.epoch = -1

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        read = (self.seed * 100_000 + self.epoch) * len(self) + index
        generator = torch.Generator().manual_seed(read)
        return self.images[index] * (0.5 + torch.rand((), generator=generator))


class _Loader(DataLoader):
    def __iter__(self):
        self.dataset.epoch += 1
        return super().__iter__()


def loader(images, batch_size, workers, seed):
    if workers < 0:
        raise ValueError(f"there cannot be {workers} workers")
    return _Loader(_Images(images, seed), batch_size, num_workers=workers)
