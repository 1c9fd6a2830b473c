"""Images in random brightness, read by the workers of a DataLoader."""

import torch
from torch.utils.data import DataLoader, Dataset, get_worker_info


class _Images(Dataset):
    def __init__(self, images, seed):
        self.images = images
        # A generator of its own: whoever else draws random numbers, the brightness can be repeated.
        self.generator = torch.Generator().manual_seed(seed)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.images[index] * (0.5 + torch.rand((), generator=self.generator))


def _reseed(_):
    # Each worker starts from a copy of the generator. Its own seed is new for each worker and each epoch.
    worker = get_worker_info()
    worker.dataset.generator.manual_seed(worker.seed)


def loader(images, batch_size, workers, seed):
    """Return a DataLoader that gives all images in their order, each times a factor of its own.

    images:  (samples, ...), floating point, one sample or more; workers: number of worker processes, or 0
    Every read draws its factor from [0.5, 1.5) anew: within an epoch, whichever workers read, and from epoch
    to epoch. The arguments alone decide what is drawn: loaders built with the same ones give the same epochs,
    and another seed gives other epochs.
    Raises ValueError when `workers` is negative.
    """
    if workers < 0:
        raise ValueError(f"there cannot be {workers} workers")
    data, random = _Images(images, seed), torch.Generator().manual_seed(seed)
    return DataLoader(data, batch_size, num_workers=workers, generator=random, worker_init_fn=_reseed)
