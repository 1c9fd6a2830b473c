"""A policy for a game in which not every move is legal in every position."""

import torch


def move_probabilities(scores, legal):
    """How often each move is played: the softmax of the scores over the legal moves; all others exactly 0.

    scores: (positions, moves) of any sign, from -1e6 to 1e6
    legal:  (positions, moves) bool
    Returns (positions, moves) in the dtype of the scores, each row of which sums to 1.
    Raises ValueError, naming the position, if there is one without a legal move.
    """
    return _log_pi(scores, legal).exp()


def policy_loss(scores, legal, moves, advantages, entropy_coef):
    """-mean(A * log pi(move)) - entropy_coef * mean(H), a scalar; it is finite, and so is its gradient.

    H = -sum(pi * log pi) over the legal moves is the entropy of one position. The gradient reaches the
    scores; those of moves that are not legal get 0.

    scores, legal: as in `move_probabilities`
    moves:         (positions,) int64, the moves that were played
    advantages:    (positions,) the A, constants in the dtype of the scores
    entropy_coef:  from 0 to 1
    Raises ValueError, before anything changes and naming the position, if there is one without a
    legal move, or one in which the move that was played is not legal.
    """
    log_pi = _log_pi(scores, legal)
    for position in range(len(moves)):
        if not legal[position, moves[position]]:
            raise ValueError(f"the move played in position {position} is not legal")
    played = log_pi.gather(1, moves[:, None]).squeeze(1)
    entropy = -(log_pi.exp() * log_pi).sum(dim=1)
    return -(advantages * played).mean() - entropy_coef * entropy.mean()


def _log_pi(scores, legal):
    for position, row in enumerate(legal.tolist()):
        if not any(row):
            raise ValueError(f"position {position} has no legal move")
    # A score of 0 is a score like others; the lowest number there is leaves a probability of exactly 0.
    lowest = torch.finfo(scores.dtype).min
    return torch.log_softmax(scores.masked_fill(~legal, lowest), dim=1)
