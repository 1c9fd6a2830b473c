"""Without a loop over the steps: each pass lets every return see twice as far ahead, and no power of gamma
is ever divided by."""

import math

import torch


def discounted_returns(rewards, gamma):
    values = rewards.tolist()
    _check(values)
    dtype = rewards.dtype if rewards.is_floating_point() else torch.get_default_dtype()
    returns, reach, weight = rewards.to(dtype, copy=True), 1, gamma
    while reach < len(returns):
        returns[:-reach] += weight * returns[reach:]
        reach, weight = 2 * reach, weight * weight
    return returns


def _check(values):
    if not values:
        raise ValueError("empty episode")
    for step, reward in enumerate(values):
        if not math.isfinite(reward):
            raise ValueError(f"rewards[{step}] is {reward}")
