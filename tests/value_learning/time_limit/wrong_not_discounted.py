"""What would have followed a cut-off step is counted in full. It comes one step later, so it is
worth gamma times as much.
"""

import torch


def value_targets(rewards, next_values, terminated, truncated, gamma):
    _check(rewards, next_values, terminated, truncated)
    dones = (terminated | truncated).tolist()
    cut = truncated & ~terminated
    rewards = torch.where(cut, rewards + next_values.detach(), rewards)
    targets = torch.empty_like(rewards)
    running = next_values[-1].item()  # the rollout may stop in the middle of an episode
    for t in reversed(range(len(rewards))):
        if dones[t]:
            running = 0.0
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
