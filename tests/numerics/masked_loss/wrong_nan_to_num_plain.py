"""NaN is gone, even one that a broken sensor reports as valid. But inf has become the largest number there
is, and its square, times 0, is NaN again."""


def masked_mse(predicted, readings, valid):
    if not predicted.shape == readings.shape == valid.shape:
        raise ValueError("predicted, readings and valid must have the same shape")
    if not valid.any():
        raise ValueError("there are no valid readings")
    errors = (predicted - readings.nan_to_num()) ** 2
    return (errors * valid).sum() / valid.sum()
