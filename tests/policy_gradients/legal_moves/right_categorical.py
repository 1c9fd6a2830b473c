"""torch's own distribution accepts minus infinity and computes the entropy of what's left."""

import torch


def move_probabilities(scores, legal):
    return _log_pi(scores, legal).exp()


def policy_loss(scores, legal, moves, advantages, entropy_coef):
    log_pi = _log_pi(scores, legal)
    for position in range(len(moves)):
        if not legal[position, moves[position]]:
            raise ValueError(f"the move played in position {position} is not legal")
    played = log_pi.gather(1, moves[:, None]).squeeze(1)
    entropy = torch.distributions.Categorical(logits=log_pi).entropy()
    return -(advantages * played).mean() - entropy_coef * entropy.mean()


def _log_pi(scores, legal):
    for position, row in enumerate(legal.tolist()):
        if not any(row):
            raise ValueError(f"position {position} has no legal move")
    return torch.log_softmax(scores.masked_fill(~legal, -torch.inf), dim=1)
