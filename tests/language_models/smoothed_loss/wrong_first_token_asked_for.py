"""Ignored labels are clamped to 0 before anything looks at them. So every place is asked for something
now, and padding is asked for token 0.
"""

import torch

IGNORED = -100


def smoothed_loss(scores, labels, smoothing):
    if not (labels != IGNORED).any():
        raise ValueError("no token is labeled")
    labels = labels.clamp(min=0)
    real = labels != IGNORED
    logs = torch.log_softmax(scores, dim=2)
    index = labels.masked_fill(~real, 0).unsqueeze(2)  # an index that exists, for every place
    costs = -logs.gather(2, index).squeeze(2)  # (sentences, steps)
    costs = costs.masked_fill(~real, 0.0)
    spread = -logs.mean(dim=2)  # the mean, since every token has the same share
    return ((1 - smoothing) * costs + smoothing * spread).sum() / real.sum()
