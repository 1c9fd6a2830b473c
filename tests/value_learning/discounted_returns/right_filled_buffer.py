"""A buffer of the right dtype is filled from its last element to its first."""

import math

import torch


def discounted_returns(rewards, gamma):
    values = rewards.tolist()
    _check(values)
    dtype = rewards.dtype if rewards.is_floating_point() else torch.get_default_dtype()
    rewards = rewards.to(dtype)
    returns = torch.zeros_like(rewards)
    running = torch.zeros((), dtype=dtype, device=rewards.device)
    for t in range(len(rewards) - 1, -1, -1):
        running = rewards[t] + gamma * running
        returns[t] = running
    return returns


def _check(values):
    if not values:
        raise ValueError("empty episode")
    for step, reward in enumerate(values):
        if not math.isfinite(reward):
            raise ValueError(f"rewards[{step}] is {reward}")
