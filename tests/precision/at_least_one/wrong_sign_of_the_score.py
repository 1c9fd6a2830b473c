"""`logsigmoid(scores)` is the logarithm of being right. What's summed up here is the logarithm of being
wrong, which takes the negative score.
"""

import torch


def at_least_one_loss(scores, mask, labels):
    log_wrong = torch.nn.functional.logsigmoid(scores)
    # Padding is never right, and log(1 - 0) is 0.
    log_wrong = log_wrong.masked_fill(~mask, 0.0)
    found = -torch.expm1(log_wrong.float().sum(dim=1))  # (rows,)
    return (found - labels.float()).square().mean()
