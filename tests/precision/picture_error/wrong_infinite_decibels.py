"""The difference is right. But two equal pictures have infinitely many decibels now, and the docstring
has 100.
"""

import torch


def picture_error(originals, restored):
    if originals.shape != restored.shape or {originals.dtype, restored.dtype} != {torch.uint8}:
        raise ValueError("expected two batches of uint8 pictures of one shape")
    difference = originals.float() - restored.float()
    error = difference.abs().float().mean(dim=(1, 2, 3))
    square = difference.square().float().mean(dim=(1, 2, 3))
    # Two equal pictures have m = 0 and infinitely many decibels.
    psnr = 10 * torch.log10(255**2 / square)
    return error, psnr
