"""Deterministic actor-critic: the actor learns from the critic, the critic from targets."""

import torch


def update(actor, critic, actor_optimizer, critic_optimizer, states, actions, targets):
    """Take one step of the actor, then one of the critic; return both losses as floats.

    The actor descends on -mean(Q(s, actor(s))), as in DDPG, arXiv 1509.02971; Q is the critic as it
    comes in. The critic descends on mean((Q(s, a) - target)**2). Each step uses the gradient of its
    own loss alone.

    actor:   module, (steps, features) -> (steps, axes)
    critic:  module, (steps, features + axes) -> (steps, 1): the values Q of states and actions, side
             by side; its parameters require a gradient, before and after
    actor_optimizer, critic_optimizer: one for each, over all its parameters
    states:  (steps, features)
    actions: (steps, axes), what was done in these states
    targets: (steps,) constants, what the critic should say about that
    Raises ValueError, and changes nothing, if there are no steps, if actions or targets have another
    shape (naming both), or if the targets require a gradient.
    """
    predicted = actor(states)
    _check("actions", actions, predicted.shape)
    _check("targets", targets, states.shape[:1])
    actor_optimizer.zero_grad()

    actor_loss = -critic(torch.cat([states, predicted], dim=1)).mean()
    actor_loss.backward()
    actor_optimizer.step()

    values = critic(torch.cat([states, actions], dim=1)).squeeze(1)
    critic_loss = (values - targets).pow(2).mean()
    # Here, and not above: on its way to the actor, the actor's loss has left a gradient in the critic.
    critic_optimizer.zero_grad()
    critic_loss.backward()
    critic_optimizer.step()
    return actor_loss.item(), critic_loss.item()


def _check(name, given, shape):
    if len(given) == 0:
        raise ValueError("empty batch: there are no steps")
    if given.shape != shape:
        raise ValueError(f"{name} are {tuple(given.shape)}, expected {tuple(shape)}")
    if name == "targets" and given.requires_grad:
        raise ValueError("targets must be constants, but they require a gradient")
