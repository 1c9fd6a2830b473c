"""A step's return starts with the reward of that step. Here it starts with the next one, so the last step
is worth nothing."""

import math

import torch


def discounted_returns(rewards, gamma):
    values = rewards.tolist()
    _check(values)
    returns, running = [], 0.0
    for reward in reversed(values):
        returns.append(running)
        running = reward + gamma * running
    dtype = rewards.dtype if rewards.is_floating_point() else torch.get_default_dtype()
    return torch.tensor(returns[::-1], dtype=dtype, device=rewards.device)


def _check(values):
    if not values:
        raise ValueError("empty episode")
    for step, reward in enumerate(values):
        if not math.isfinite(reward):
            raise ValueError(f"rewards[{step}] is {reward}")
