"""Each batch has its own mean and variance, and two such pairs can be merged (Chan et al., 1979)."""

import torch


def feature_scaling(batches):
    count, mean, variance = 0, 0.0, 0.0
    for batch in batches:
        n = len(batch)
        batch_mean = batch.double().mean(dim=0)
        batch_variance = (batch.double() - batch_mean).square().mean(dim=0)
        share = n / (count + n)
        offset = batch_mean - mean
        variance = (1 - share) * variance + share * batch_variance
        variance = variance + share * (1 - share) * offset.square()
        mean, count = mean + share * offset, count + n
    spread = variance.sqrt()
    return mean.float(), torch.where(spread <= 1e-7 * mean.abs(), 1.0, spread).float()
