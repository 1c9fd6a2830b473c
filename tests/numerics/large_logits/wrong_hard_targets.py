"""Each row of targets is replaced by its most probable class: for a soft target, loss and gradient are
those of a different target."""

import torch


def soft_cross_entropy(logits, targets):
    if logits.shape != targets.shape or len(logits) == 0:
        raise ValueError(f"logits of shape {tuple(logits.shape)} and targets of {tuple(targets.shape)}")
    targets = targets.detach()
    return torch.nn.functional.cross_entropy(logits, targets.argmax(dim=-1))
