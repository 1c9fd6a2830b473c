"""The difference has wrapped around before it's cast: 10 - 20 is 246 in 8 bits, and 246.0 in float32."""

import torch


def picture_error(originals, restored):
    if originals.shape != restored.shape or {originals.dtype, restored.dtype} != {torch.uint8}:
        raise ValueError("expected two batches of uint8 pictures of one shape")
    difference = (originals - restored).float()
    error = difference.abs().float().mean(dim=(1, 2, 3))
    square = difference.square().float().mean(dim=(1, 2, 3))
    psnr = 10 * torch.log10(255**2 / square)
    return error, psnr.clamp(max=100.0)
