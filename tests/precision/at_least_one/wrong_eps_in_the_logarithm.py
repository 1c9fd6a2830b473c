"""A small number inside the logarithm keeps it finite. But it shifts every probability a little, and in
float32 the loss should be exact to six digits.
"""

import torch


def at_least_one_loss(scores, mask, labels):
    probabilities = scores.sigmoid()
    # log1p has no value at -1, so certainty ends just before it.
    log_wrong = torch.log(1 - probabilities + 1e-6)
    # Padding is never right, and log(1 - 0) is 0.
    log_wrong = log_wrong.masked_fill(~mask, 0.0)
    found = -torch.expm1(log_wrong.float().sum(dim=1))  # (rows,)
    return (found - labels.float()).square().mean()
