"""The workers' seeds lie next to each other. So the seed plus the index is the same for worker 0 at index
1 and for worker 1 at index 0, and they draw the same factor.
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
        info = torch.utils.data.get_worker_info()
        if info is not None:
            self.generator.manual_seed(info.seed + index)
        return self.images[index] * (0.5 + torch.rand((), generator=self.generator))


def loader(images, batch_size, workers, seed):
    if workers < 0:
        raise ValueError(f"there cannot be {workers} workers")
    data = _Images(images, seed)
    # The loader draws a base seed from this in every epoch, and would use the global generator otherwise.
    draws = torch.Generator().manual_seed(seed)
    return DataLoader(data, batch_size, num_workers=workers, generator=draws)
