"""NaN no longer reaches the sum, not even that of a valid reading, and the gradient is still NaN."""

import torch


def masked_mse(predicted, readings, valid):
    if not predicted.shape == readings.shape == valid.shape:
        raise ValueError("predicted, readings and valid must have the same shape")
    if not valid.any():
        raise ValueError("there are no valid readings")
    errors = (predicted - readings) ** 2
    return torch.nansum(errors * valid) / valid.sum()
