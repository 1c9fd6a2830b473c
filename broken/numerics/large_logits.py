"""The loss of a classifier on soft targets, such as those of mixup or of a teacher."""

import torch


def soft_cross_entropy(logits, targets):
    """Mean over samples of -sum(target * log(probability)), with probability = softmax(logits).

    logits:  (samples, classes), numbers between -1e30 and 1e30
    targets: probabilities of the same shape, dtype and device, each row adds up to 1;
             no gradient reaches them
    Returns a tensor of shape () and the dtype of `logits`: finite, however certain the model is.
    Its gradient with respect to the logits is (probability - target) / samples.
    Raises ValueError if the shapes differ or there are no samples.
    """
    # other shapes would broadcast
    if logits.shape != targets.shape or len(logits) == 0:
        raise ValueError(f"logits of shape {tuple(logits.shape)} and targets of {tuple(targets.shape)}")
    targets = targets.detach()
    probabilities = torch.softmax(logits, dim=-1)  # safe: it subtracts the largest logit before exp
    return -(targets * torch.log(probabilities)).sum(dim=-1).mean()
