"""The labeled tokens are picked out first, so nothing is left to mask."""

import torch

IGNORED = -100


def smoothed_loss(scores, labels, smoothing):
    real = labels != IGNORED
    if not real.any():
        raise ValueError("no token is labeled")
    logs = torch.log_softmax(scores[real], dim=1)
    costs = -logs.gather(1, labels[real].unsqueeze(1)).squeeze(1)
    return ((1 - smoothing) * costs - smoothing * logs.mean(dim=1)).mean()
