"""Every action is credited with the mean reward of the episode. That counts what was paid before the action,
and divides what came after it by the length of the episode."""

import torch


def policy_loss(logits, actions, rewards):
    _check(logits, actions, rewards)
    log_pi = torch.log_softmax(logits, dim=1)
    log_probs = log_pi.gather(1, actions[:, None]).squeeze(1)
    earned = rewards.to(logits.dtype).mean().expand(len(rewards))
    return -(earned * log_probs).sum()


def _check(logits, actions, rewards):
    shapes = [tuple(tensor.shape) for tensor in (actions, rewards)]
    if shapes != [tuple(logits.shape[:1])] * 2:
        raise ValueError(f"actions and rewards {shapes} for logits {tuple(logits.shape)}")
    if len(actions) == 0:
        raise ValueError("empty episode")
