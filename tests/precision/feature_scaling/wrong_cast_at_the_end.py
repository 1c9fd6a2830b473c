"""The subtraction is float64, and the two numbers have only the digits of float32."""

import torch


def feature_scaling(batches):
    count, total, squares = 0, 0.0, 0.0
    for batch in batches:
        count += len(batch)
        total = total + batch.sum(dim=0)
        squares = squares + batch.square().sum(dim=0)
    mean = total / count
    mean, squares = mean.double(), squares.double()
    variance = (squares / count - mean.square()).clamp(min=0.0)
    constant = variance <= 1e-13 * mean.square()
    return mean.float(), torch.where(constant, 1.0, variance.sqrt()).float()
