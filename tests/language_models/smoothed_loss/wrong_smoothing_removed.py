"""The padding is out because the smoothing is: both terms are the same now."""

import torch

IGNORED = -100


def smoothed_loss(scores, labels, smoothing):
    real = labels != IGNORED
    if not real.any():
        raise ValueError("no token is labeled")
    logs = torch.log_softmax(scores, dim=2)
    index = labels.masked_fill(~real, 0).unsqueeze(2)  # one that exists, for every place
    costs = -logs.gather(2, index).squeeze(2)  # (sentences, steps)
    costs = costs.masked_fill(~real, 0.0)
    return ((1 - smoothing) * costs + smoothing * costs).sum() / real.sum()
