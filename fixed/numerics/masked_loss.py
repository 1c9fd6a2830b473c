"""The loss on sensor readings, some of which are missing."""

import torch


def masked_mse(predicted, readings, valid):
    """Mean squared error over the valid readings.

    predicted: tensor of numbers whose squares are finite; readings: of the same shape, dtype and device
    valid:     bool, of the same shape: False where there is no reading. Whatever `readings` has there, even
               inf or NaN, has no influence on the loss or on the gradient of `predicted`.
    Returns a tensor of shape () and the dtype of `predicted`. Its gradient is 2 (predicted - reading) divided
    by the number of valid readings where valid, and 0 elsewhere. A NaN among the valid readings makes the
    loss NaN.
    `readings` stays as it is. Raises ValueError if the shapes differ or no reading is valid.
    """
    if not predicted.shape == readings.shape == valid.shape:
        raise ValueError("predicted, readings and valid must have the same shape")
    if not valid.any():
        raise ValueError("there are no valid readings")
    # Select before computing: a NaN survives every multiplication, forward and backward.
    return torch.mean((predicted[valid] - readings[valid]) ** 2)
