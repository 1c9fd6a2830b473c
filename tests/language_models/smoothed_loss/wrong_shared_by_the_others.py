"""The padding is out, but you've changed the smoothing on the way: the share goes to the other tokens
only, and the label gets none of it.
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
    spread = (-logs.sum(dim=2) - costs) / (logs.shape[2] - 1)  # the mean over the others
    spread = spread.masked_fill(~real, 0.0)
    return ((1 - smoothing) * costs + smoothing * spread).sum() / real.sum()
