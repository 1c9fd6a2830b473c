"""Each position gets a softmax over its legal moves alone, written into a row of zeros."""

import torch


def move_probabilities(scores, legal):
    probabilities = torch.zeros_like(scores)
    for position, log_pi in enumerate(_log_pi(scores, legal)):
        probabilities[position, legal[position]] = log_pi.exp()
    return probabilities


def policy_loss(scores, legal, moves, advantages, entropy_coef):
    rows = _log_pi(scores, legal)
    for position in range(len(moves)):
        if not legal[position, moves[position]]:
            raise ValueError(f"the move played in position {position} is not legal")
    places = [legal[k, : moves[k]].sum() for k in range(len(moves))]
    played = torch.stack([row[place] for row, place in zip(rows, places, strict=True)])
    entropy = torch.stack([-(row.exp() * row).sum() for row in rows])
    return -(advantages * played).mean() - entropy_coef * entropy.mean()


def _log_pi(scores, legal):
    for position, row in enumerate(legal.tolist()):
        if not any(row):
            raise ValueError(f"position {position} has no legal move")
    return [torch.log_softmax(row[mask], dim=0) for row, mask in zip(scores, legal, strict=True)]
