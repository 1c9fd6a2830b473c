"""Each batch has a good variance of its own. But what differs between the batches isn't in any of them."""

import torch


def feature_scaling(batches):
    count, total, squares = 0, 0.0, 0.0
    for batch in batches:
        count += len(batch)
        total = total + batch.sum(dim=0)
        squares = squares + batch.double().var(dim=0, correction=0) * len(batch)
    mean = total / count
    variance = squares / count
    constant = variance <= 1e-13 * mean.square()
    return mean.float(), torch.where(constant, 1.0, variance.sqrt()).float()
