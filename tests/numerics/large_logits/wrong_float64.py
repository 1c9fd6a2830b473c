"""The logits may be about seven times as far apart now, 745 instead of 103. Beyond that the probability is
still 0, and if they're float64 already, nothing has changed."""

import torch


def soft_cross_entropy(logits, targets):
    if logits.shape != targets.shape or len(logits) == 0:
        raise ValueError(f"logits of shape {tuple(logits.shape)} and targets of {tuple(targets.shape)}")
    targets = targets.detach()
    probabilities = torch.softmax(logits.double(), dim=-1)
    return -(targets * torch.log(probabilities)).sum(dim=-1).mean().to(logits.dtype)
