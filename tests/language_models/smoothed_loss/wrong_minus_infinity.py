"""With all scores at minus infinity, the softmax is 0 by 0. That's NaN at the padding, and one NaN makes
the whole sum NaN.
"""

import torch

IGNORED = -100


def smoothed_loss(scores, labels, smoothing):
    real = labels != IGNORED
    if not real.any():
        raise ValueError("no token is labeled")
    scores = scores.masked_fill(~real.unsqueeze(2), -float("inf"))
    logs = torch.log_softmax(scores, dim=2)
    index = labels.masked_fill(~real, 0).unsqueeze(2)  # one that exists, for every place
    costs = -logs.gather(2, index).squeeze(2)  # (sentences, steps)
    costs = costs.masked_fill(~real, 0.0)
    spread = -logs.mean(dim=2)  # the mean, since every token has the same share
    return ((1 - smoothing) * costs + smoothing * spread).sum() / real.sum()
