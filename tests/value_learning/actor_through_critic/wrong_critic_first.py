"""With the critic's step first, the critic learns from its own loss alone. But the actor is now led by a
critic that has moved already, not by the one that came in.
"""

import torch


def update(actor, critic, actor_optimizer, critic_optimizer, states, actions, targets):
    predicted = actor(states)
    _check("actions", actions, predicted.shape)
    _check("targets", targets, states.shape[:1])
    actor_optimizer.zero_grad()
    critic_optimizer.zero_grad()

    values = critic(torch.cat([states, actions], dim=1)).squeeze(1)
    critic_loss = (values - targets).pow(2).mean()
    critic_loss.backward()
    critic_optimizer.step()

    actor_loss = -critic(torch.cat([states, predicted], dim=1)).mean()
    actor_loss.backward()
    actor_optimizer.step()
    return actor_loss.item(), critic_loss.item()


def _check(name, given, shape):
    if len(given) == 0:
        raise ValueError("empty batch: there are no steps")
    if given.shape != shape:
        raise ValueError(f"{name} are {tuple(given.shape)}, expected {tuple(shape)}")
    if name == "targets" and given.requires_grad:
        raise ValueError("targets must be constants, but they require a gradient")
