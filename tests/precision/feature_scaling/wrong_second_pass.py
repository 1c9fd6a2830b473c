"""The first loop has used up the stream, so the second one never runs. The sum of the squares stays the
single number 0, and every feature counts as constant.
"""

import torch


def feature_scaling(batches):
    count, total, squares = 0, 0.0, 0.0
    for batch in batches:
        count += len(batch)
        total = total + batch.double().sum(dim=0)
    mean = total / count
    for batch in batches:
        squares = squares + (batch - mean).square().sum(dim=0)
    variance = torch.as_tensor(squares / count)
    return mean.float(), torch.where(variance == 0, 1.0, variance.sqrt()).float()
