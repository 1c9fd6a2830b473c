"""The memory of the past is computed as before, and then handed out in the wrong order too: the first step
gets what had been collected by the end of the episode."""

import math

import torch


def discounted_returns(rewards, gamma):
    values = rewards.tolist()
    _check(values)
    returns, running = [], 0.0
    for reward in values:
        running = reward + gamma * running
        returns.append(running)
    dtype = rewards.dtype if rewards.is_floating_point() else torch.get_default_dtype()
    return torch.tensor(returns[::-1], dtype=dtype, device=rewards.device)


def _check(values):
    if not values:
        raise ValueError("empty episode")
    for step, reward in enumerate(values):
        if not math.isfinite(reward):
            raise ValueError(f"rewards[{step}] is {reward}")
