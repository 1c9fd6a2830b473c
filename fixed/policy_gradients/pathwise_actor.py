"""Soft actor-critic: the actor's side, which asks a critic for directions."""

import torch
from torch.distributions import Normal


def act(actor, states, noise):
    """Return the actions mean + exp(log_std) * noise for the world, (steps, axes), without a graph.

    actor:  module, (steps, features) -> (steps, 2 * axes): the means, then the log_stds
    states: (steps, features)
    noise:  (steps, axes), standard normal numbers that the caller has drawn
    """
    with torch.no_grad():
        mean, log_std = actor(states).chunk(2, dim=1)
        return mean + log_std.exp() * noise


def actor_loss(actor, critic, states, noise, alpha):
    """Return mean(alpha * log pi(a|s) - Q(s, a)) over the steps, a scalar with its graph.

    This is equation 9 of soft actor-critic, arXiv 1812.05905, where a is what `act` returns for this
    noise. Its gradient is taken at fixed noise: an action moves with the actor that made it.

    actor, states, noise: as in `act`
    critic: maps states and actions to the values Q, (steps,); it can be differentiated
    alpha:  how much variety (entropy) is worth, 0 or more; with 0 only Q counts
    Raises ValueError if there are no steps, or if noise or Q have another shape (naming both).
    """
    if len(states) == 0:
        raise ValueError("empty batch: there are no states")
    mean, log_std = actor(states).chunk(2, dim=1)
    _check("noise", noise, mean.shape)
    # With a graph: the slope of Q reaches the actor only through the action.
    actions = mean + log_std.exp() * noise
    log_probs = Normal(mean, log_std.exp()).log_prob(actions).sum(dim=1)
    values = critic(states, actions)
    _check("Q", values, log_probs.shape)
    return (alpha * log_probs - values).mean()


def _check(name, values, shape):
    if values.shape != shape:
        raise ValueError(f"{name} is {tuple(values.shape)}, expected {tuple(shape)}")
