"""Nothing is NaN, but the sum is divided by the number of all readings: the more are missing, the smaller
the loss and its gradient."""

import torch


def masked_mse(predicted, readings, valid):
    if not predicted.shape == readings.shape == valid.shape:
        raise ValueError("predicted, readings and valid must have the same shape")
    if not valid.any():
        raise ValueError("there are no valid readings")
    differences = torch.where(valid, predicted - readings, 0.0)
    return torch.mean(differences**2)
