"""Nothing is NaN, but the mask isn't used any more once the gaps are filled: each counts as a reading of 0,
and its prediction is pulled there."""


def masked_mse(predicted, readings, valid):
    if not predicted.shape == readings.shape == valid.shape:
        raise ValueError("predicted, readings and valid must have the same shape")
    if not valid.any():
        raise ValueError("there are no valid readings")
    errors = (predicted - readings.masked_fill(~valid, 0.0)) ** 2
    return errors.sum() / valid.sum()
