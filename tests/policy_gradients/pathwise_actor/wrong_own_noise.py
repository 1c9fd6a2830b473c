"""These actions have a graph, but they aren't the ones that `act` returns: the noise is drawn again, and
the noise passed in isn't used.
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
    policy = Normal(mean, log_std.exp())
    actions = policy.rsample()
    log_probs = policy.log_prob(actions).sum(dim=1)
    values = critic(states, actions)
    _check("Q", values, log_probs.shape)
    return (alpha * log_probs - values).mean()


def _check(name, values, shape):
    if values.shape != shape:
        raise ValueError(f"{name} is {tuple(values.shape)}, expected {tuple(shape)}")
