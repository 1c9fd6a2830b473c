"""Photos for a backbone that somebody else has trained."""

import torch

# The backbone's documentation: channels red, green, blue, from 0 to 1, then normalized with these.
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


def prepare(photos):
    """Return the photos as the backbone was trained on them.

    photos: list of uint8 tensors (height, width, 3), all of one size, as cv2.imread decodes them: channels
            blue, green, red, from 0 to 255; unchanged
    Returns (photos, 3, height, width), float32: channels red, green, blue; pixel p of a channel is
    (p / 255 - mean of the channel) / its std. Raises ValueError if there's no photo, or one that isn't
    uint8 or doesn't have three channels.
    """
    if not photos:
        raise ValueError("there is no photo")
    for photo in photos:
        if photo.dtype != torch.uint8 or photo.ndim != 3 or photo.shape[2] != 3:
            raise ValueError(f"expected uint8 (height, width, 3), got {photo.dtype} {tuple(photo.shape)}")
    batch = torch.stack(photos).permute(0, 3, 1, 2) / 255
    mean = torch.tensor(MEAN, device=batch.device).view(1, 3, 1, 1)
    std = torch.tensor(STD, device=batch.device).view(1, 3, 1, 1)
    return (batch - mean) / std


def restore(batch):
    """Return the photos of a batch from `prepare`: a list of uint8 (height, width, 3), blue, green, red."""
    mean = torch.tensor(MEAN, device=batch.device).view(1, 3, 1, 1)
    std = torch.tensor(STD, device=batch.device).view(1, 3, 1, 1)
    pixels = ((batch * std + mean) * 255).round().clamp(0, 255).to(torch.uint8)
    return list(pixels.permute(0, 2, 3, 1))
