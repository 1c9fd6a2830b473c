"""A harmless number replaces each missing reading, before anything is computed."""

import torch


def masked_mse(predicted, readings, valid):
    if not predicted.shape == readings.shape == valid.shape:
        raise ValueError("predicted, readings and valid must have the same shape")
    if not valid.any():
        raise ValueError("there are no valid readings")
    errors = (predicted - torch.where(valid, readings, 0.0)) ** 2
    return (errors * valid).sum() / valid.sum()
