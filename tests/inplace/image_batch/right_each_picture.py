"""Each picture is permuted before the batch is made."""

import torch


def image_batch(pictures):
    if len(pictures) == 0:
        raise ValueError("there are no pictures to make a batch of")
    return torch.stack([picture.permute(2, 0, 1) for picture in pictures]).float() / 255
