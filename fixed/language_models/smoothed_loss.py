"""Cross entropy with label smoothing, for batches with padding."""

import torch

IGNORED = -100


def smoothed_loss(scores, labels, smoothing):
    """Return the mean, over the labeled tokens, of the cross entropy with smoothed labels.

    scores:    (sentences, steps, vocabulary); numbers of ordinary size, at padding too
    labels:    (sentences, steps), int64; IGNORED where no token is asked for, as at padding
    smoothing: number from 0 to 1. Each label is replaced by a distribution: the label itself gets
               1 - smoothing, and all tokens of the vocabulary share `smoothing` equally, the label
               included

    The cross entropy is -sum(share * log p), p from a softmax of the scores. What stands where no
    token is asked for has no part in the loss, whatever the smoothing.
    Returns a scalar in the dtype of the scores. Raises ValueError if no token is labeled.
    """
    real = labels != IGNORED
    if not real.any():
        raise ValueError("no token is labeled")
    logs = torch.log_softmax(scores, dim=2)
    index = labels.masked_fill(~real, 0).unsqueeze(2)  # one that exists, for every place
    costs = -logs.gather(2, index).squeeze(2)  # (sentences, steps)
    costs = costs.masked_fill(~real, 0.0)
    spread = -logs.mean(dim=2)  # the mean, since every token has the same share
    spread = spread.masked_fill(~real, 0.0)  # both terms have a value at padding
    return ((1 - smoothing) * costs + smoothing * spread).sum() / real.sum()
