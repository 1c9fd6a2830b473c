"""Workers live through all epochs and seed by their number. Each one keeps drawing where it stopped."""

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
    worker = get_worker_info()
    worker.dataset.generator.manual_seed(worker.num_workers * worker.dataset.seed + number + 1)


def loader(images, batch_size, workers, seed):
    if workers < 0:
        raise ValueError(f"there cannot be {workers} workers")
    data = _Images(images, seed)
    # The loader draws a base seed from this in every epoch, and would use the global generator otherwise.
    draws = torch.Generator().manual_seed(seed)
    return DataLoader(
        data,
        batch_size,
        num_workers=workers,
        generator=draws,
        persistent_workers=workers > 0,
        worker_init_fn=_reseed,
    )
