"""One plane per channel, stacked along a new axis."""

import torch


def image_batch(pictures):
    if len(pictures) == 0:
        raise ValueError("there are no pictures to make a batch of")
    batch = torch.stack(pictures)
    return torch.stack([batch[..., channel] for channel in range(batch.shape[3])], dim=1).float() / 255
