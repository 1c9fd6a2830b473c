"""The mask isn't used any more. A missing reading that's filled with an ordinary number counts, and a NaN
that should have been noticed doesn't."""

import torch


def masked_mse(predicted, readings, valid):
    if not predicted.shape == readings.shape == valid.shape:
        raise ValueError("predicted, readings and valid must have the same shape")
    if not valid.any():
        raise ValueError("there are no valid readings")
    there = readings.isfinite()
    return torch.mean((predicted[there] - readings[there]) ** 2)
