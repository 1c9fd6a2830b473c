"""Later rewards count, but for less than they pay: J here is not discounted, so the gradient belongs to
another objective, which prefers to be paid early."""

import torch


def policy_loss(logits, actions, rewards):
    _check(logits, actions, rewards)
    log_pi = torch.log_softmax(logits, dim=1)
    log_probs = log_pi.gather(1, actions[:, None]).squeeze(1)
    earned, following = torch.zeros(len(rewards), dtype=logits.dtype, device=logits.device), 0.0
    for t in reversed(range(len(rewards))):
        following = 0.99 * following + rewards[t].to(logits.dtype)
        earned[t] = following
    return -(earned * log_probs).sum()


def _check(logits, actions, rewards):
    shapes = [tuple(tensor.shape) for tensor in (actions, rewards)]
    if shapes != [tuple(logits.shape[:1])] * 2:
        raise ValueError(f"actions and rewards {shapes} for logits {tuple(logits.shape)}")
    if len(actions) == 0:
        raise ValueError("empty episode")
