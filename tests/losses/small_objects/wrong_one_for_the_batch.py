"""The sign is right. But the overlap is taken over all images at once, so one with a large mask drowns the
small ones.
"""

import torch


def overlap(chance, mask):
    both = (chance * mask).sum(dim=(1, 2))
    return (2 * both + 1) / (chance.sum(dim=(1, 2)) + mask.sum(dim=(1, 2)) + 1)


def mask_loss(scores, mask, weight=1.0):
    if scores.shape != mask.shape:
        raise ValueError(f"scores {tuple(scores.shape)} and mask {tuple(mask.shape)} differ in shape")
    pixels = torch.nn.functional.binary_cross_entropy_with_logits(scores, mask)
    flat = scores.sigmoid().reshape(1, -1, 1), mask.reshape(1, -1, 1)
    whole = 1 - overlap(*flat).mean()
    return pixels + weight * whole
