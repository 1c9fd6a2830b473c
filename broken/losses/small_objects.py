"""The loss of a segmentation model: each pixel by itself, and the mask as a whole."""

import torch


def overlap(chance, mask):
    """Return the Dice coefficient of each image, (n,), between 0 and 1.

    chance: (n, height, width), from 0 to 1, how sure the model is that a pixel belongs to the mask
    mask:   (n, height, width), 0 or 1
    It's (2 * sum of chance * mask + 1) / (sum of chance + sum of mask + 1), so two empty masks overlap.
    """
    both = (chance * mask).sum(dim=(1, 2))
    return (2 * both + 1) / (chance.sum(dim=(1, 2)) + mask.sum(dim=(1, 2)) + 1)


def mask_loss(scores, mask, weight=1.0):
    """Return the mean over images of: cross entropy + weight * overlap term, a number to minimize.

    scores: (n, height, width), any real numbers; a pixel's chance is sigmoid(score)
    mask:   (n, height, width), of the dtype of `scores`, 0 or 1
    weight: of the overlap term, 0 or more
    cross entropy: the mean of -log(chance of what the pixel is) over the pixels of an image, exact for all
                   scores between -1000 and 1000
    overlap term:  linear in the overlap of the image: 0 at an overlap of 1, and 1 at an overlap of 0
    Returns a scalar. Raises ValueError if the shapes differ.
    """
    if scores.shape != mask.shape:
        raise ValueError(f"scores {tuple(scores.shape)} and mask {tuple(mask.shape)} differ in shape")
    pixels = torch.nn.functional.binary_cross_entropy_with_logits(scores, mask)
    whole = overlap(scores.sigmoid(), mask).mean()
    return pixels + weight * whole
