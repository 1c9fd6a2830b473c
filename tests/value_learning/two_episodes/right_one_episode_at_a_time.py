"""Each environment is cut into its episodes, and each episode is summed up on its own."""

import torch


def rollout_returns(rewards, dones, last_values, gamma):
    _check(rewards, dones, last_values)
    returns = torch.empty_like(rewards)
    for env in range(rewards.shape[1]):
        ends = [t + 1 for t in range(len(rewards)) if dones[t, env]]
        for start, end in zip([0, *ends], [*ends, len(rewards)]):
            value = 0.0 if end in ends else last_values[env].item()
            for t in reversed(range(start, end)):
                value = rewards[t, env].item() + gamma * value
                returns[t, env] = value
    return returns


def _check(rewards, dones, last_values):
    if dones.dtype != torch.bool:
        raise TypeError(f"dones must be bool, not {dones.dtype}")
    shapes = [tuple(tensor.shape) for tensor in (rewards, dones, last_values)]
    if rewards.dim() != 2 or shapes[1:] != [shapes[0], shapes[0][1:]]:
        raise ValueError(f"rewards, dones and last_values have the shapes {shapes}")
    if len(rewards) == 0:
        raise ValueError("empty rollout")
