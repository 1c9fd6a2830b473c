"""You set the scores at padding to zero. That takes their gradient away, but equal scores aren't free:
each place of padding still adds smoothing times log of the vocabulary.
"""

import torch

IGNORED = -100


def smoothed_loss(scores, labels, smoothing):
    real = labels != IGNORED
    if not real.any():
        raise ValueError("no token is labeled")
    scores = scores.masked_fill(~real.unsqueeze(2), 0.0)
    logs = torch.log_softmax(scores, dim=2)
    index = labels.masked_fill(~real, 0).unsqueeze(2)  # an index that exists, for every place
    costs = -logs.gather(2, index).squeeze(2)  # (sentences, steps)
    costs = costs.masked_fill(~real, 0.0)
    spread = -logs.mean(dim=2)  # the mean, since every token has the same share
    return ((1 - smoothing) * costs + smoothing * spread).sum() / real.sum()
