"""The largest logit of the whole batch is subtracted from every row. If a row's own logits are much
smaller, its exponentials are all 0, and its loss isn't a number."""

import torch


def soft_cross_entropy(logits, targets):
    if logits.shape != targets.shape or len(logits) == 0:
        raise ValueError(f"logits of shape {tuple(logits.shape)} and targets of {tuple(targets.shape)}")
    targets = targets.detach()
    shifted = logits - logits.max()
    log_sums = torch.log(torch.exp(shifted).sum(dim=-1, keepdim=True))
    return -(targets * (shifted - log_sums)).sum(dim=-1).mean()
