"""log(exp(x) / sum) is x - logsumexp: no probability is ever computed."""

import torch


def soft_cross_entropy(logits, targets):
    if logits.shape != targets.shape or len(logits) == 0:
        raise ValueError(f"logits of shape {tuple(logits.shape)} and targets of {tuple(targets.shape)}")
    targets = targets.detach()
    return -(targets * (logits - torch.logsumexp(logits, dim=-1, keepdim=True))).sum(dim=-1).mean()
