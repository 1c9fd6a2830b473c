"""The critic is asked about the mean, without the noise: the actor never hears whether a wider or a
narrower spread would be worth more.
"""

import torch
from torch.distributions import Normal


def act(actor, states, noise):
    with torch.no_grad():
        mean, log_std = actor(states).chunk(2, dim=1)
        return mean + log_std.exp() * noise


def actor_loss(actor, critic, states, noise, alpha):
    if len(states) == 0:
        raise ValueError("empty batch: there are no states")
    mean, log_std = actor(states).chunk(2, dim=1)
    _check("noise", noise, mean.shape)
    actions = mean
    log_probs = Normal(mean, log_std.exp()).log_prob(actions).sum(dim=1)
    values = critic(states, actions)
    _check("Q", values, log_probs.shape)
    return (alpha * log_probs - values).mean()


def _check(name, values, shape):
    if values.shape != shape:
        raise ValueError(f"{name} is {tuple(values.shape)}, expected {tuple(shape)}")
