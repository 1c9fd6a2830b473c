"""This limit exists in all three dtypes. But nothing is more certain than 0.996 any more, and in float32
that's a mistake in the third digit.
"""

import torch


def at_least_one_loss(scores, mask, labels):
    probabilities = scores.sigmoid()
    # log1p has no value at -1, so certainty ends just before it.
    limit = probabilities.new_tensor(1.0 - 4e-3)
    log_wrong = torch.log1p(-probabilities.minimum(limit))
    # Padding is never right, and log(1 - 0) is 0.
    log_wrong = log_wrong.masked_fill(~mask, 0.0)
    found = -torch.expm1(log_wrong.float().sum(dim=1))  # (rows,)
    return (found - labels.float()).square().mean()
