"""Every return is put in front of those that came after it."""

import math

import torch


def discounted_returns(rewards, gamma):
    values = rewards.tolist()
    _check(values)
    returns, running = [], 0.0
    for reward in reversed(values):
        running = reward + gamma * running
        returns.insert(0, running)
    dtype = rewards.dtype if rewards.is_floating_point() else torch.get_default_dtype()
    return torch.tensor(returns, dtype=dtype, device=rewards.device)


def _check(values):
    if not values:
        raise ValueError("empty episode")
    for step, reward in enumerate(values):
        if not math.isfinite(reward):
            raise ValueError(f"rewards[{step}] is {reward}")
