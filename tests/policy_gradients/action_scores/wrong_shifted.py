"""Measured from the lowest score, everything is positive; but the action with the lowest score is then
never taken, and its logarithm is lost.
"""

from torch.distributions import Categorical


def action_probabilities(scores):
    return _policy(scores).probs


def policy_loss(scores, actions, advantages):
    log_probs = _policy(scores).log_prob(actions)
    return -(advantages * log_probs).mean()


def _policy(scores):
    return Categorical(scores - scores.min(dim=1, keepdim=True).values + 1e-8)
