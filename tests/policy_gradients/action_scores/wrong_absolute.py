"""Without signs the check passes. But a score of -3 now counts for more than one of -1: the sign of
a score also says which action is better.
"""

from torch.distributions import Categorical


def action_probabilities(scores):
    return _policy(scores).probs


def policy_loss(scores, actions, advantages):
    log_probs = _policy(scores).log_prob(actions)
    return -(advantages * log_probs).mean()


def _policy(scores):
    return Categorical(scores.abs())
