"""The padding is out. But you take a mean for each sentence and then the mean of these, so a token of a
short sentence counts more than one of a long sentence.
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
    spread = -logs.mean(dim=2)  # the mean, since every token has the same share
    loss = ((1 - smoothing) * costs + smoothing * spread) * real
    return (loss.sum(1) / real.sum(1).clamp(min=1)).mean()
