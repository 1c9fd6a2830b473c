"""Everything is counted from the first row, which is close to all others; nothing large is squared."""

import torch


def feature_scaling(batches):
    count, start = 0, None
    for batch in batches:
        if start is None:
            start = batch[0].clone()
            total, squares = torch.zeros_like(start), torch.zeros_like(start)
        count += len(batch)
        total += (batch - start).sum(dim=0)
        squares += (batch - start).square().sum(dim=0)
    variance = (squares / count - (total / count).square()).clamp(min=0.0)
    return start + total / count, torch.where(variance == 0, 1.0, variance.sqrt())
