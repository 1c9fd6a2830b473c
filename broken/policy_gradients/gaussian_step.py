"""Learning to throw: a Gaussian over throws is moved towards the throws that earned most."""

import torch
from torch.distributions import Normal


def update(mean, log_std, noise, reward, lr):
    """Throw once per row of noise, take one REINFORCE step, and return the rewards, (throws,).

    mean, log_std: (axes,) leaves that require a gradient. The step adds lr times the mean over the
                   throws of r * dlog pi(a)/dmean, and of r * dlog pi(a)/dlog_std, in place; their
                   `.grad` is None afterwards
    noise:  (throws, axes), standard normal numbers that the caller has drawn; a throw is
            a = mean + exp(log_std) * noise
    reward: maps the throws (throws, axes) to their rewards r (throws,). It is a landscape with edges
            or a machine in the world; pi(a) is the density of the Gaussian, all axes together
    Raises ValueError, and changes nothing, if there are no throws, if noise or rewards have another
    shape than these, or if a reward is NaN or infinite, naming its index.
    """
    if noise.dim() != 2 or noise.shape[1:] != mean.shape or len(noise) == 0:
        raise ValueError(f"noise is {tuple(noise.shape)} for (throws, axes), with {len(mean)} axes")
    std = log_std.exp()
    actions = mean + std * noise
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
