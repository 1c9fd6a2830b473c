"""Probabilities that are treated as scores go through the softmax again: no action can ever become
nearly certain.
"""

import torch
from torch.distributions import Categorical


def action_probabilities(scores):
    return _policy(scores).probs


def policy_loss(scores, actions, advantages):
    log_probs = _policy(scores).log_prob(actions)
    return -(advantages * log_probs).mean()


def _policy(scores):
    return Categorical(logits=torch.softmax(scores, dim=1))
