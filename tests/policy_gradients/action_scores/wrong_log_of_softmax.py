"""The probability of an action that is far behind is rounded to 0, and the logarithm of 0 is infinite: the
gradient is NaN.
"""

import torch


def action_probabilities(scores):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    return torch.softmax(scores, dim=1)


def policy_loss(scores, actions, advantages):
    log_probs = action_probabilities(scores).log().gather(1, actions[:, None]).squeeze(1)
    return -(advantages * log_probs).mean()
