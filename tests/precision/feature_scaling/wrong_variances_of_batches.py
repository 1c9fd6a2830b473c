"""Each batch has its own mean of squares minus its squared mean. That's the same subtraction in float32,
and what differs between batches is lost too.
"""

import torch


def feature_scaling(batches):
    count, total, squares = 0, 0.0, 0.0
    for batch in batches:
        count += len(batch)
        total = total + batch.sum(dim=0)
        squares = squares + (batch.square().mean(dim=0) - batch.mean(dim=0).square()) * len(batch)
    mean = total / count
    variance = (squares / count).clamp(min=0.0)
    # What is constant has a variance of 0, up to the rounding of its mean.
    constant = variance <= 1e-13 * mean.square()
    return mean.float(), torch.where(constant, 1.0, variance.sqrt()).float()
