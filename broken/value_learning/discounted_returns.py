"""The discounted returns of a recorded episode: what a critic is to predict at each of its steps."""

import math

import torch


def discounted_returns(rewards, gamma):
    """The return of every step: G_t = r_t + gamma * r_(t+1) + gamma**2 * r_(t+2) + ... to the end.

    This is equation 3.8 of Sutton and Barto, "Reinforcement Learning", 2nd edition, with the reward
    of step t called r_t, and the episode over after its last reward.

    rewards: (steps,) of any real dtype; they stay as they are
    gamma:   from 0, where the future is worth nothing, to 1, where it is worth as much as the present
    Returns (steps,) on the device of the rewards, also for episodes of thousands of steps; in their
    dtype, or in torch's default dtype if they are whole numbers.
    Raises ValueError if there are no steps, or if a reward is NaN or infinite, naming its index.
    """
    values = rewards.tolist()
    _check(values)
    returns, running = [], 0.0
    for reward in values:
        running = reward + gamma * running
        returns.append(running)
    dtype = rewards.dtype if rewards.is_floating_point() else torch.get_default_dtype()
    return torch.tensor(returns, dtype=dtype, device=rewards.device)


def _check(values):
    if not values:
        raise ValueError("empty episode")
    for step, reward in enumerate(values):
        if not math.isfinite(reward):
            raise ValueError(f"rewards[{step}] is {reward}")
