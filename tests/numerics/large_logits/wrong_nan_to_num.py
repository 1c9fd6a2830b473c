"""The loss is a number, if an absurd one, but nothing else has changed: the gradient is still NaN."""

import torch


def soft_cross_entropy(logits, targets):
    if logits.shape != targets.shape or len(logits) == 0:
        raise ValueError(f"logits of shape {tuple(logits.shape)} and targets of {tuple(targets.shape)}")
    targets = targets.detach()
    probabilities = torch.softmax(logits, dim=-1)
    return -(targets * torch.log(probabilities).nan_to_num()).sum(dim=-1).mean()
