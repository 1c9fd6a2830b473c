"""The axes went into a different order than the promised one, and cutting the result to the right shape
moves the numbers to other places.
"""

import torch


def image_batch(pictures):
    if len(pictures) == 0:
        raise ValueError("there are no pictures to make a batch of")
    height, width, channels = pictures[0].shape
    batch = torch.stack(pictures).permute(0, 3, 2, 1)
    return batch.reshape(len(pictures), channels, height, width).float() / 255
