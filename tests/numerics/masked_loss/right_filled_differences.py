"""The differences of missing readings are set to 0 before they're squared."""


def masked_mse(predicted, readings, valid):
    if not predicted.shape == readings.shape == valid.shape:
        raise ValueError("predicted, readings and valid must have the same shape")
    if not valid.any():
        raise ValueError("there are no valid readings")
    differences = (predicted - readings).masked_fill(~valid, 0.0)
    return differences.square().sum() / valid.sum()
