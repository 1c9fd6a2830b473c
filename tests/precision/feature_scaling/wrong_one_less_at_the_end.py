"""The sums are right. But the variance of the rows themselves divides by their number, not by one less."""

import torch


def feature_scaling(batches):
    count, total, squares = 0, 0.0, 0.0
    for batch in batches:
        batch = batch.double()
        count += len(batch)
        total = total + batch.sum(dim=0)
        squares = squares + batch.square().sum(dim=0)
    mean = total / count
    variance = (squares / (count - 1) - mean.square()).clamp(min=0.0)
    # What is constant has a variance of 0, up to the rounding of its mean.
    constant = variance <= 1e-13 * mean.square()
    return mean.float(), torch.where(constant, 1.0, variance.sqrt()).float()
