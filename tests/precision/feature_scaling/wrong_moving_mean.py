"""Each batch is compared with the mean so far, and that mean moves on. What was added earlier belongs to
another mean.
"""

import torch


def feature_scaling(batches):
    count, total, squares = 0, 0.0, 0.0
    for batch in batches:
        count += len(batch)
        total = total + batch.sum(dim=0)
        squares = squares + (batch - total / count).square().sum(dim=0)
    mean = total / count
    variance = (squares / count).clamp(min=0.0)
    # What is constant has a variance of 0, up to the rounding of its mean.
    constant = variance <= 1e-13 * mean.square()
    return mean.float(), torch.where(constant, 1.0, variance.sqrt()).float()
