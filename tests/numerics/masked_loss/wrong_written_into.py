"""Value and gradient are right, but the zeros are written into the caller's readings: anyone who reads them
later finds a 0 where a reading was missing."""


def masked_mse(predicted, readings, valid):
    if not predicted.shape == readings.shape == valid.shape:
        raise ValueError("predicted, readings and valid must have the same shape")
    if not valid.any():
        raise ValueError("there are no valid readings")
    readings[~valid] = 0.0
    return ((predicted - readings) ** 2 * valid).sum() / valid.sum()
