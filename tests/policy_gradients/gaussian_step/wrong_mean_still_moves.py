"""The spread of the throws stays where it is now, but they still move along with the mean: the spread learns,
and the mean never does.
"""

import torch
from torch.distributions import Normal


def update(mean, log_std, noise, reward, lr):
    if noise.dim() != 2 or noise.shape[1:] != mean.shape or len(noise) == 0:
        raise ValueError(f"noise is {tuple(noise.shape)} for (throws, axes), with {len(mean)} axes")
    std = log_std.exp()
    actions = mean + std.detach() * noise
    with torch.no_grad():  # the world has no derivative
        rewards = reward(actions)
    _check(rewards, len(noise))
    log_probs = Normal(mean, std).log_prob(actions).sum(dim=1)
    loss = -(rewards * log_probs).mean()
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
