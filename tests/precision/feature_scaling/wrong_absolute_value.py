"""A negative variance becomes a positive one. It was noise before, and it's noise now, only never 0."""

import torch


def feature_scaling(batches):
    count, total, squares = 0, 0.0, 0.0
    for batch in batches:
        count += len(batch)
        total = total + batch.sum(dim=0)
        squares = squares + batch.square().sum(dim=0)
    mean = total / count
    variance = (squares / count - mean.square()).abs()
    constant = variance <= 1e-13 * mean.square()
    return mean.float(), torch.where(constant, 1.0, variance.sqrt()).float()
