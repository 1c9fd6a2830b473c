"""Each reward is discounted by its distance from the start of the episode, not from the step whose return
it belongs to: only the first return is right, and the later ones are too small."""

import math

import torch


def discounted_returns(rewards, gamma):
    values = rewards.tolist()
    _check(values)
    dtype = rewards.dtype if rewards.is_floating_point() else torch.get_default_dtype()
    powers = gamma ** torch.arange(len(rewards), dtype=torch.float64, device=rewards.device)
    return (rewards * powers).flip(0).cumsum(0).flip(0).to(dtype)


def _check(values):
    if not values:
        raise ValueError("empty episode")
    for step, reward in enumerate(values):
        if not math.isfinite(reward):
            raise ValueError(f"rewards[{step}] is {reward}")
