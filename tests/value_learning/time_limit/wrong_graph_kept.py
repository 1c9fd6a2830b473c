"""The numbers are right. But they carry the graph of the values they were made from, so that a loss on them
trains the values that should only be looked up.
"""

import torch


def value_targets(rewards, next_values, terminated, truncated, gamma):
    _check(rewards, next_values, terminated, truncated)
    targets = torch.empty_like(rewards)
    running = next_values[-1]  # the rollout may stop in the middle of an episode
    for t in reversed(range(len(rewards))):
        if terminated[t]:
            running = 0.0
        elif truncated[t]:
            running = next_values[t]
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
