"""Scores are limited to 15. In half precision the probability there is 1 all the same, and a larger score
has no gradient.
"""

import torch


def at_least_one_loss(scores, mask, labels):
    probabilities = scores.clamp(max=15).sigmoid()
    # log1p has no value at -1, so certainty ends just before it.
    limit = probabilities.new_tensor(1.0 - 1e-6)
    log_wrong = torch.log1p(-probabilities.minimum(limit))
    # Padding is never right, and log(1 - 0) is 0.
    log_wrong = log_wrong.masked_fill(~mask, 0.0)
    found = -torch.expm1(log_wrong.float().sum(dim=1))  # (rows,)
    return (found - labels.float()).square().mean()
