"""Images in random brightness, read by the workers of a DataLoader."""

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
    # A worker starts with a copy of the generator. worker.seed is new for each worker and each epoch.
    worker = get_worker_info()
    worker.dataset.generator.manual_seed(worker.seed)


def loader(images, batch_size, workers, seed):
    """Return a DataLoader that gives all images in their order, each times a factor of its own.

    images:  (samples, ...), floating point, one sample or more; workers: number of worker processes, or 0
    Every read draws a new random factor between 0.5 and 1.5, in every worker and every epoch. Two loaders
    built with the same arguments give the same epochs if each is read to its end, whatever else draws random
    numbers. Another seed gives other epochs. Raises ValueError if `workers` is negative.
    """
    if workers < 0:
        raise ValueError(f"there cannot be {workers} workers")
    data = _Images(images, seed)
    # The loader draws a base seed from this in every epoch, and would use the global generator otherwise.
    draws = torch.Generator().manual_seed(seed)
    return DataLoader(data, batch_size, num_workers=workers, generator=draws, worker_init_fn=_reseed)
