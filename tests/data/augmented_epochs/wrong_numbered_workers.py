"""This is the well-known recipe, seed plus worker number. The workers differ now, but they are restarted for
each epoch with the same seeds, so every epoch repeats the first."""

import torch
from torch.utils.data import DataLoader, Dataset, get_worker_info


class _Images(Dataset):
    def __init__(self, images, seed):
        self.images = images
        self.generator = torch.Generator().manual_seed(seed)
        self.seed = seed

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.images[index] * (0.5 + torch.rand((), generator=self.generator))


def _reseed(number):
    data = get_worker_info().dataset
    data.generator.manual_seed(data.seed + number)


def loader(images, batch_size, workers, seed):
    if workers < 0:
        raise ValueError(f"there cannot be {workers} workers")
    data = _Images(images, seed)
    # The loader draws a base seed from this in every epoch, and would use the global generator otherwise.
    draws = torch.Generator().manual_seed(seed)
    return DataLoader(data, batch_size, num_workers=workers, generator=draws, worker_init_fn=_reseed)
