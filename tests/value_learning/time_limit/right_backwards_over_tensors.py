"""One mask picks what follows each step, on tensors throughout."""

import torch


def value_targets(rewards, next_values, terminated, truncated, gamma):
    _check(rewards, next_values, terminated, truncated)
    targets = torch.empty_like(rewards, requires_grad=False)
    later = next_values.detach()[-1]
    for t in reversed(range(len(rewards))):
        later = torch.where(truncated[t], next_values.detach()[t], later)
        later = torch.where(terminated[t], torch.zeros_like(later), later)
        later = rewards.detach()[t] + gamma * later
        targets[t] = later
    return targets


def _check(rewards, *others):
    if rewards.dim() != 1 or len(rewards) == 0:
        raise ValueError(f"rewards {tuple(rewards.shape)}: one dimension and at least one step are needed")
    for name, values in zip(("next_values", "terminated", "truncated"), others):
        if values.shape != rewards.shape:
            raise ValueError(f"{name} {tuple(values.shape)}, rewards {tuple(rewards.shape)}")
        if name != "next_values" and values.dtype != torch.bool:
            raise TypeError(f"{name} must be bool, got {values.dtype}")
