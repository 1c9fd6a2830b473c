"""Merging is the right idea. But with n rows before and m new ones, the squared difference of their means
counts n * m / (n + m) times, and you've counted it m times.
"""

import torch


def feature_scaling(batches):
    count, mean, m2 = 0, 0.0, 0.0
    for batch in batches:
        batch = batch.double()
        delta = batch.mean(dim=0) - mean if count else 0.0
        if count == 0:
            mean = batch.mean(dim=0)
        count += len(batch)
        mean = mean + delta * len(batch) / count
        m2 = m2 + batch.var(dim=0, correction=0) * len(batch) + delta**2 * len(batch)
    variance = m2 / count
    return mean.float(), torch.where(variance == 0, 1.0, variance.sqrt()).float()
