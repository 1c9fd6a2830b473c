"""The difference is right. But a mean without dimensions is over all pictures, and each one should have
its own numbers.
"""

import torch


def picture_error(originals, restored):
    if originals.shape != restored.shape or {originals.dtype, restored.dtype} != {torch.uint8}:
        raise ValueError("expected two batches of uint8 pictures of one shape")
    difference = originals.float() - restored.float()
    error = difference.abs().float().mean()
    square = difference.square().float().mean()
    # Two equal pictures have m = 0 and infinitely many decibels.
    psnr = 10 * torch.log10(255**2 / square)
    return error, psnr.clamp(max=100.0)
