"""The shares come from a softmax that includes the illegal moves. If one of these has a much higher
score, nothing is left for the legal moves: 0 is divided by 0.
"""

import torch


def move_probabilities(scores, legal):
    return _pi(scores, legal)


def policy_loss(scores, legal, moves, advantages, entropy_coef):
    pi = _pi(scores, legal)
    for position in range(len(moves)):
        if not legal[position, moves[position]]:
            raise ValueError(f"the move played in position {position} is not legal")
    log_pi = pi.masked_fill(~legal, 1.0).log()
    played = log_pi.gather(1, moves[:, None]).squeeze(1)
    entropy = -(pi * log_pi).sum(dim=1)
    return -(advantages * played).mean() - entropy_coef * entropy.mean()


def _pi(scores, legal):
    for position, row in enumerate(legal.tolist()):
        if not any(row):
            raise ValueError(f"position {position} has no legal move")
    shares = torch.softmax(scores, dim=1) * legal
    return shares / shares.sum(dim=1, keepdim=True)
