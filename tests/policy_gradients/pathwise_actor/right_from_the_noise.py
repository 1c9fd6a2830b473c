"""The log-density comes from the noise and the standard deviation, so the action isn't needed."""

import math

import torch


def act(actor, states, noise):
    with torch.no_grad():
        mean, log_std = actor(states).chunk(2, dim=1)
        return mean + log_std.exp() * noise


def actor_loss(actor, critic, states, noise, alpha):
    if len(states) == 0:
        raise ValueError("empty batch: there are no states")
    mean, log_std = actor(states).chunk(2, dim=1)
    _check("noise", noise, mean.shape)
    actions = torch.addcmul(mean, log_std.exp(), noise)
    log_probs = (-0.5 * noise.pow(2) - log_std - 0.5 * math.log(2 * math.pi)).sum(dim=1)
    values = critic(states, actions)
    _check("Q", values, log_probs.shape)
    return (alpha * log_probs - values).mean()


def _check(name, values, shape):
    if values.shape != shape:
        raise ValueError(f"{name} is {tuple(values.shape)}, expected {tuple(shape)}")
