"""One over the overlap goes the right way, too. But it isn't a straight line, it starts at 1, and where
nothing overlaps it's huge.
"""

import torch


def overlap(chance, mask):
    both = (chance * mask).sum(dim=(1, 2))
    return (2 * both + 1) / (chance.sum(dim=(1, 2)) + mask.sum(dim=(1, 2)) + 1)


def mask_loss(scores, mask, weight=1.0):
    if scores.shape != mask.shape:
        raise ValueError(f"scores {tuple(scores.shape)} and mask {tuple(mask.shape)} differ in shape")
    pixels = torch.nn.functional.binary_cross_entropy_with_logits(scores, mask)
    whole = overlap(scores.sigmoid(), mask).mean()
    return pixels + weight / whole
