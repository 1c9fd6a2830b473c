"""The spread is right for features of an ordinary size. But no fixed number says what is constant: a
feature in small units may vary by less than 0.001 and still vary."""

import torch


def feature_scaling(batches):
    count, total, squares = 0, 0.0, 0.0
    for batch in batches:
        batch = batch.double()
        count += len(batch)
        total = total + batch.sum(dim=0)
        squares = squares + batch.square().sum(dim=0)
    mean = total / count
    variance = squares / count - mean.square()
    return mean.float(), torch.where(variance <= 1e-6, 1.0, variance.clamp(min=0.0).sqrt()).float()
