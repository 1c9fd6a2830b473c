"""Entity linking: a document counts as found if at least one of its candidates is right."""

import torch


def at_least_one_loss(scores, mask, labels):
    """Return the mean squared error of the probability that at least one candidate of a row is right.

    scores: (rows, candidates), float32, bfloat16 or float16: the log-odds of each candidate to be right,
            whatever the others are; up to 1000 in size
    mask:   bool, same shape: True for a candidate, False for padding, which has no effect. A row
            without candidates has the probability 0
    labels: (rows,), bool: whether one of the candidates is right

    A row's probability is 1 - (1 - p1) (1 - p2) ..., where p is the sigmoid of a score. Returns a float32
    scalar. The loss and its gradient along the scores are exact to within 3 times the `torch.finfo(...).eps`
    of the scores' dtype, and in float32 to within 3e-6. If a candidate's score is NaN, the loss and that
    candidate's gradient are NaN too.
    """
    probabilities = scores.sigmoid()
    # log1p has no value at -1, so certainty ends just before it.
    limit = probabilities.new_tensor(1.0 - 1e-6)
    log_wrong = torch.log1p(-probabilities.minimum(limit))
    # Padding is never right, and log(1 - 0) is 0.
    log_wrong = log_wrong.masked_fill(~mask, 0.0)
    found = -torch.expm1(log_wrong.float().sum(dim=1))  # (rows,)
    return (found - labels.float()).square().mean()
