"""The sums are float64, but each square has been rounded to float32 before it's added, and that's what is
missing."""

import torch


def feature_scaling(batches):
    count, total, squares = 0, 0.0, 0.0
    for batch in batches:
        count += len(batch)
        total = total + batch.sum(dim=0, dtype=torch.float64)
        squares = squares + batch.square().sum(dim=0, dtype=torch.float64)
    mean = total / count
    variance = (squares / count - mean.square()).clamp(min=0.0)
    constant = variance <= 1e-13 * mean.square()
    return mean.float(), torch.where(constant, 1.0, variance.sqrt()).float()
