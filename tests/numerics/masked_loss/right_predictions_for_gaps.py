"""A missing reading is taken to be what was predicted, as a constant."""

import torch


def masked_mse(predicted, readings, valid):
    if not predicted.shape == readings.shape == valid.shape:
        raise ValueError("predicted, readings and valid must have the same shape")
    if not valid.any():
        raise ValueError("there are no valid readings")
    readings = torch.where(valid, readings, predicted.detach())
    return torch.nn.functional.mse_loss(predicted, readings, reduction="sum") / valid.sum()
