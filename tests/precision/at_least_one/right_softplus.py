"""log(1 - sigmoid(score)) is minus the softplus of the score."""

import torch


def at_least_one_loss(scores, mask, labels):
    log_wrong = -torch.nn.functional.softplus(scores)
    log_wrong = torch.where(mask, log_wrong, 0.0)
    found = -torch.expm1(log_wrong.float().sum(dim=1))
    return (found - labels.float()).square().mean()
