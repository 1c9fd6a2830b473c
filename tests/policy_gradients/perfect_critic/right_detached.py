"""No `no_grad`, but `detach()`; and cross entropy for the log-probabilities."""

import torch


def actor_loss(policy, critic, states, actions, returns):
    _check(states, actions, returns)
    advantages = returns - critic(states)[:, 0].detach()
    surprise = torch.nn.functional.cross_entropy(policy(states), actions, reduction="none")
    return (advantages * surprise).mean()


def _check(states, actions, returns):
    for name, tensor in (("actions", actions), ("returns", returns)):
        if tensor.shape != states.shape[:1]:
            raise ValueError(f"{name} {tuple(tensor.shape)} for steps {tuple(states.shape[:1])}")
    if len(states) == 0:
        raise ValueError("empty rollout")
