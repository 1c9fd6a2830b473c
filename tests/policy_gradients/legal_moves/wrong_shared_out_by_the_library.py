"""The shares come from a softmax that includes the illegal moves. If one of these has a much higher
score, nothing is left for the legal moves: 0 is divided by 0.
"""

import torch
from torch.distributions import Categorical


def move_probabilities(scores, legal):
    return _policy(scores, legal).probs


def policy_loss(scores, legal, moves, advantages, entropy_coef):
    policy = _policy(scores, legal)
    for position in range(len(moves)):
        if not legal[position, moves[position]]:
            raise ValueError(f"the move played in position {position} is not legal")
    return -(advantages * policy.log_prob(moves)).mean() - entropy_coef * policy.entropy().mean()


def _policy(scores, legal):
    for position, row in enumerate(legal.tolist()):
        if not any(row):
            raise ValueError(f"position {position} has no legal move")
    return Categorical(probs=torch.softmax(scores, dim=1) * legal)
