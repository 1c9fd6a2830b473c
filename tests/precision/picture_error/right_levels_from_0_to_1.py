"""Levels are divided by 255, which makes them float32, and the results are scaled back."""

import torch


def picture_error(originals, restored):
    if originals.shape != restored.shape or {originals.dtype, restored.dtype} != {torch.uint8}:
        raise ValueError("expected two batches of uint8 pictures of one shape")
    difference = originals / 255 - restored / 255
    error = difference.abs().mean(dim=(1, 2, 3)) * 255
    square = difference.square().mean(dim=(1, 2, 3)) * 255**2
    psnr = 10 * torch.log10(255**2 / square)
    return error, psnr.clamp(max=100.0)
