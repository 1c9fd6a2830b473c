"""Missing readings have no influence now, but neither does a NaN that a broken sensor reports as valid:
it's replaced or left out, and nobody is told."""


def masked_mse(predicted, readings, valid):
    if not predicted.shape == readings.shape == valid.shape:
        raise ValueError("predicted, readings and valid must have the same shape")
    if not valid.any():
        raise ValueError("there are no valid readings")
    errors = (predicted - readings.nan_to_num(0.0, 0.0, 0.0)) ** 2
    return (errors * valid).sum() / valid.sum()
