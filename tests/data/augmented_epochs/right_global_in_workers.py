"""Workers draw from torch's global generator, which the loader seeds for each of them in each epoch."""

import torch
from torch.utils.data import DataLoader, Dataset, get_worker_info


class _Images(Dataset):
    def __init__(self, images, seed):
        self.images = images
        self.generator = torch.Generator().manual_seed(seed)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        generator = self.generator if get_worker_info() is None else None
        return self.images[index] * (0.5 + torch.rand((), generator=generator))


def loader(images, batch_size, workers, seed):
    if workers < 0:
        raise ValueError(f"there cannot be {workers} workers")
    data = _Images(images, seed)
    # The loader draws a base seed from this in every epoch, and would use the global generator otherwise.
    draws = torch.Generator().manual_seed(seed)
    return DataLoader(data, batch_size, num_workers=workers, generator=draws)
