"""float16 has three digits. Squares up to 65025 just fit, and are rounded by up to 16."""

import torch


def picture_error(originals, restored):
    if originals.shape != restored.shape or {originals.dtype, restored.dtype} != {torch.uint8}:
        raise ValueError("expected two batches of uint8 pictures of one shape")
    difference = originals.half() - restored.half()
    error = difference.abs().mean(dim=(1, 2, 3)).float()
    square = difference.square().mean(dim=(1, 2, 3)).float()
    psnr = 10 * torch.log10(255**2 / square)
    return error, psnr.clamp(max=100.0)
