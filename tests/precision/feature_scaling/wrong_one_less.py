"""The variance from torch is exact, and by default it divides by one less than the number of rows."""

import torch


def feature_scaling(batches):
    count, total, squares = 0, 0.0, 0.0
    for batch in batches:
        count += len(batch)
        batch = batch.double()
        total = total + batch.sum(dim=0)
        squares = squares + batch.square().sum(dim=0)
    mean = total / count
    variance = (squares - count * mean.square()).clamp(min=0.0) / max(count - 1, 1)
    constant = variance <= 1e-13 * mean.square()
    return mean.float(), torch.where(constant, 1.0, variance.sqrt()).float()
