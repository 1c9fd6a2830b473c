"""A data set of images that are held in memory and normalized when they are read."""

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
        image = self.images[index]
        image -= self.mean
        image /= self.std
        return image, self.labels[index]


def normalized(images, labels, mean, std):
    """Return a data set of pairs: an image, normalized as (image - mean) / std by channel, and its label.

    images: (samples, channels, height, width), floating point; labels: (samples,)
    mean, std: one number for each channel
    However often it is read, sample i is the normalized image i, with shape, dtype and device of that image.
    `images` keeps its values. A reader may change the image it gets; no later read sees that.
    Raises ValueError if there are fewer or more labels than images, or if a std is not positive.
    """
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images, but {len(labels)} labels")
    if min(std) <= 0:
        raise ValueError(f"std must be positive, not {std}")
    return _Images(images, labels, mean, std)
