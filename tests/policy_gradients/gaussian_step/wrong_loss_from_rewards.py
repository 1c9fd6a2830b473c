"""Differentiating the reward itself needs no log-probability, but it needs a slope. A hit or a miss
has no slope, and neither does a machine in the world; where there is one, this is a different
estimate.
"""

import torch


def update(mean, log_std, noise, reward, lr):
    if noise.dim() != 2 or noise.shape[1:] != mean.shape or len(noise) == 0:
        raise ValueError(f"noise is {tuple(noise.shape)} for (throws, axes), with {len(mean)} axes")
    std = log_std.exp()
    actions = mean + std * noise
    rewards = reward(actions)
    _check(rewards, len(noise))
    loss = -rewards.mean()
    loss.backward()
    with torch.no_grad():
        for parameter in (mean, log_std):
            parameter -= lr * parameter.grad
            parameter.grad = None
    return rewards


def _check(rewards, throws):
    if rewards.shape != (throws,):
        raise ValueError(f"rewards are {tuple(rewards.shape)} for {throws} throws, expected ({throws},)")
    bad = (~rewards.isfinite()).nonzero().flatten().tolist()
    if bad:
        raise ValueError(f"rewards[{bad[0]}] is {rewards[bad[0]].item()}")
