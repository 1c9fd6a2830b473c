"""Train a classifier on soft targets, such as those of mixup or of a teacher."""

import torch


def soft_cross_entropy(logits, targets):
    """Mean over samples of -sum(target * log(probability)), with probability = softmax(logits).

    logits:  (samples, classes), numbers of any size, as long as their differences are finite
    targets: probabilities of the same shape, dtype and device, each row with the sum 1
    Returns a tensor of shape () and the dtype of `logits`: a finite number, however certain the model is.
    Its gradient with respect to the logits is (probability - target) / samples.
    Raises ValueError when the shapes differ or there are no samples.
    """
    if logits.shape != targets.shape or len(logits) == 0:
        raise ValueError(f"logits of shape {tuple(logits.shape)} and targets of {tuple(targets.shape)}")
    # in one function: a probability that has become 0 has lost its logarithm
    return -(targets * torch.log_softmax(logits, dim=-1)).sum(dim=-1).mean()
