"""Smaller logits are those of another model, one that is less certain: every loss and every gradient is off,
and large enough ones still have no loss."""

import torch


def soft_cross_entropy(logits, targets):
    if logits.shape != targets.shape or len(logits) == 0:
        raise ValueError(f"logits of shape {tuple(logits.shape)} and targets of {tuple(targets.shape)}")
    return -(targets * torch.log(torch.softmax(logits / 10, dim=-1))).sum(dim=-1).mean()
