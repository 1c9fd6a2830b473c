"""The returns are right, and they are written over the rewards: whoever needs the rewards afterwards finds
returns."""

import math

import torch


def discounted_returns(rewards, gamma):
    values = rewards.tolist()
    _check(values)
    if not rewards.is_floating_point():
        rewards = rewards.to(torch.get_default_dtype())
    for t in range(len(rewards) - 2, -1, -1):
        rewards[t] += gamma * rewards[t + 1]
    return rewards


def _check(values):
    if not values:
        raise ValueError("empty episode")
    for step, reward in enumerate(values):
        if not math.isfinite(reward):
            raise ValueError(f"rewards[{step}] is {reward}")
