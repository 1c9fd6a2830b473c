"""All negative scores become the same small number: actions that differ are taken equally often, and
their scores get no gradient.
"""

from torch.distributions import Categorical


def action_probabilities(scores):
    return _policy(scores).probs


def policy_loss(scores, actions, advantages):
    log_probs = _policy(scores).log_prob(actions)
    return -(advantages * log_probs).mean()


def _policy(scores):
    return Categorical(scores.clamp(min=1e-8))
