"""Mean and spread of each feature, from a stream of batches, to scale the inputs of a model."""

import torch


def feature_scaling(batches):
    """Return mean and standard deviation of each feature over all rows, two float32 tensors, (features,).

    batches: iterable of (rows, features), float32, 1 row or more each, at least one batch. It's read once,
             and no batch is kept when the next one is asked for
    The standard deviation is that of the rows themselves (their number, not one less, is the divisor). It's
    right to 1 % wherever the mean is up to 100,000 times as large, and the mean to 5 digits, however the
    rows are divided into batches. A feature whose rows are all equal gets 1, so that one can divide by it.
    """
    count, total, squares = 0, 0.0, 0.0
    for batch in batches:
        batch = batch.double()  # squares need twice the digits, if they are to be subtracted later
        count += len(batch)
        total = total + batch.sum(dim=0)
        squares = squares + batch.square().sum(dim=0)
    mean = total / count
    variance = (squares / count - mean.square()).clamp(min=0.0)
    # What is constant has a variance of 0, up to the rounding of its mean.
    constant = variance <= 1e-13 * mean.square()
    return mean.float(), torch.where(constant, 1.0, variance.sqrt()).float()
