"""A policy made of scores: how often each action is taken, and the loss that teaches it."""

from torch.distributions import Categorical


def action_probabilities(scores):
    """How often each action is taken: pi = softmax(scores), row by row.

    scores: (steps, actions) finite numbers of any size and sign, as the last linear layer gives them
    Returns (steps, actions) in the dtype of the scores, each row of which sums to 1.
    Raises ValueError if a score is NaN.
    """
    return _policy(scores).probs


def policy_loss(scores, actions, advantages):
    """-mean(advantages * log pi(a|s)) over the steps, a scalar.

    scores:     as in `action_probabilities`; the gradient reaches them. Loss and gradient are right,
                however far apart the scores are
    actions:    (steps,) int64, the actions that were taken
    advantages: (steps,) constants in the dtype of the scores
    Raises ValueError if a score is NaN.
    """
    log_probs = _policy(scores).log_prob(actions)
    return -(advantages * log_probs).mean()


def _policy(scores):
    return Categorical(scores)
