"""The mask is no longer asked: a missing reading for which an ordinary number stands counts, and a NaN that
should have been noticed does not."""

import torch


def masked_mse(predicted, readings, valid):
    if not predicted.shape == readings.shape == valid.shape:
        raise ValueError("predicted, readings and valid must have one shape")
    if not valid.any():
        raise ValueError("there are no valid readings")
    there = readings.isfinite()
    return torch.mean((predicted[there] - readings[there]) ** 2)
