"""Right until an action falls far behind: then its logarithm is clamped, and no gradient reaches
its score anymore.
"""

import torch
from torch.distributions import Categorical


def action_probabilities(scores):
    return _policy(scores).probs


def policy_loss(scores, actions, advantages):
    log_probs = _policy(scores).log_prob(actions)
    return -(advantages * log_probs).mean()


def _policy(scores):
    return Categorical(probs=torch.softmax(scores, dim=-1))
