"""The function for the workers is written on the spot, and knows the data set as a closure."""

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
        return self.images[index] * (0.5 + torch.rand((), generator=self.generator))


def loader(images, batch_size, workers, seed):
    if workers < 0:
        raise ValueError(f"there cannot be {workers} workers")
    data = _Images(images, seed)
    draws = torch.Generator().manual_seed(seed)
    return DataLoader(
        data,
        batch_size,
        num_workers=workers,
        generator=draws,
        worker_init_fn=lambda _: data.generator.manual_seed(torch.initial_seed()),
    )
