"""The rollout is cut into episodes, and each ends with what its last state is worth."""

import torch


def value_targets(rewards, next_values, terminated, truncated, gamma):
    _check(rewards, next_values, terminated, truncated)
    targets, episode = [], []
    for t, reward in enumerate(rewards.tolist()):
        episode.append(reward)
        if terminated[t] or truncated[t] or t == len(rewards) - 1:
            running = 0.0 if terminated[t] else next_values[t].item()
            found = []
            for earned in reversed(episode):
                running = earned + gamma * running
                found.append(running)
            targets += reversed(found)
            episode = []
    return torch.tensor(targets, dtype=rewards.dtype, device=rewards.device)


def _check(rewards, *others):
    if rewards.dim() != 1 or len(rewards) == 0:
        raise ValueError(f"rewards {tuple(rewards.shape)}: one dimension and at least one step are needed")
    for name, values in zip(("next_values", "terminated", "truncated"), others):
        if values.shape != rewards.shape:
            raise ValueError(f"{name} {tuple(values.shape)}, rewards {tuple(rewards.shape)}")
        if name != "next_values" and values.dtype != torch.bool:
            raise TypeError(f"{name} must be bool, got {values.dtype}")
