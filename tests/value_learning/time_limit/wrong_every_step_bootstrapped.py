"""Every step is cut off now: each target looks one step ahead and then trusts the critic, also
where the rollout shows what really came.
"""

import torch


def value_targets(rewards, next_values, terminated, truncated, gamma):
    _check(rewards, next_values, terminated, truncated)
    targets = torch.empty_like(rewards)
    for t in reversed(range(len(rewards))):
        running = 0.0 if terminated[t] else next_values[t].item()
        running = rewards[t].item() + gamma * running
        targets[t] = running
    return targets


def _check(rewards, *others):
    if rewards.dim() != 1 or len(rewards) == 0:
        raise ValueError(f"rewards {tuple(rewards.shape)}: one dimension and at least one step are needed")
    for name, values in zip(("next_values", "terminated", "truncated"), others):
        if values.shape != rewards.shape:
            raise ValueError(f"{name} {tuple(values.shape)}, rewards {tuple(rewards.shape)}")
        if name != "next_values" and values.dtype != torch.bool:
            raise TypeError(f"{name} must be bool, got {values.dtype}")
