"""The minus is outside: `-logsigmoid(score)` is no logarithm of a probability. 1 - sigmoid(s) is
sigmoid(-s), so the minus belongs to the score.
"""

import torch


def at_least_one_loss(scores, mask, labels):
    log_wrong = torch.nn.functional.logsigmoid(scores).neg()
    # Padding is never right, and log(1 - 0) is 0.
    log_wrong = log_wrong.masked_fill(~mask, 0.0)
    found = -torch.expm1(log_wrong.float().sum(dim=1))  # (rows,)
    return (found - labels.float()).square().mean()
