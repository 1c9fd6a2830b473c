"""The squares are float64, and the sum of the rows isn't. The square of the mean is subtracted from them,
so it needs as many digits.
"""

import torch


def feature_scaling(batches):
    count, total, squares = 0, 0.0, 0.0
    for batch in batches:
        count += len(batch)
        total = total + batch.sum(dim=0)
        squares = squares + batch.double().square().sum(dim=0)
    mean = total / count
    variance = (squares / count - mean.square()).clamp(min=0.0)
    # What is constant has a variance of 0, up to the rounding of its mean.
    constant = variance <= 1e-13 * mean.square()
    return mean.float(), torch.where(constant, 1.0, variance.sqrt()).float()
