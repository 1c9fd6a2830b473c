"""The sign is right: a larger overlap makes the loss smaller. But the docstring asks for a term that's linear
in the overlap, and this one is its logarithm.
"""

import torch


def overlap(chance, mask):
    both = (chance * mask).sum(dim=(1, 2))
    return (2 * both + 1) / (chance.sum(dim=(1, 2)) + mask.sum(dim=(1, 2)) + 1)


def mask_loss(scores, mask, weight=1.0):
    if scores.shape != mask.shape:
        raise ValueError(f"scores {tuple(scores.shape)} and mask {tuple(mask.shape)} differ in shape")
    pixels = torch.nn.functional.binary_cross_entropy_with_logits(scores, mask)
    whole = -overlap(scores.sigmoid(), mask).log().mean()
    return pixels + weight * whole
