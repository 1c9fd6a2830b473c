"""A new image, but it's divided first. The mean is in the units of the image, so it has to be subtracted
before that.
"""

import torch
from torch.utils.data import Dataset


class _Images(Dataset):
    def __init__(self, images, labels, mean, std):
        self.images, self.labels = images, labels
        # (channels, 1, 1), so that each channel has its own
        self.mean = torch.as_tensor(mean, dtype=images.dtype, device=images.device).view(-1, 1, 1)
        self.std = torch.as_tensor(std, dtype=images.dtype, device=images.device).view(-1, 1, 1)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        image = self.images[index] / self.std - self.mean
        return image, self.labels[index]


def normalized(images, labels, mean, std):
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images, but {len(labels)} labels")
    if min(std) <= 0:
        raise ValueError(f"std must be positive, not {std}")
    return _Images(images, labels, mean, std)
