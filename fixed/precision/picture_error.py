"""Compare restored pictures with the originals, by mean absolute error and by PSNR."""

import torch


def picture_error(originals, restored):
    """Return mean absolute error and PSNR of each picture, two float32 tensors of shape (pictures,).

    originals, restored: (pictures, 3, height, width), uint8, and left as they are
    The error is the mean of |original - restored| over all elements of a picture. With m, the mean of the
    squared differences, the PSNR is 10 log10(255 ** 2 / m) decibels, and 100 where that's more or m is 0.
    Raises ValueError unless both have one shape and are uint8.
    """
    if originals.shape != restored.shape or {originals.dtype, restored.dtype} != {torch.uint8}:
        raise ValueError("expected two batches of uint8 pictures of one shape")
    # Whole numbers of 8 bits have no sign and end at 255, so neither difference nor square fits.
    difference = originals.float() - restored.float()
    error = difference.abs().float().mean(dim=(1, 2, 3))
    square = difference.square().float().mean(dim=(1, 2, 3))
    # Two equal pictures have m = 0 and infinitely many decibels.
    psnr = 10 * torch.log10(255**2 / square)
    return error, psnr.clamp(max=100.0)
