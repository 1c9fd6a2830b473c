"""A loop over the steps: nothing is broadcast where there are only scalars."""

import torch


def actor_loss(policy, critic, states, actions, returns):
    _check(states, actions, returns)
    values = critic(states).detach()
    log_pi = torch.log_softmax(policy(states), dim=1)
    loss = 0.0
    for t, action in enumerate(actions.tolist()):
        advantage = returns[t] - values[t, 0]
        loss = loss - advantage * log_pi[t, action]
    return loss / len(states)


def _check(states, actions, returns):
    for name, tensor in (("actions", actions), ("returns", returns)):
        if tensor.shape != states.shape[:1]:
            raise ValueError(f"{name} {tuple(tensor.shape)} for steps {tuple(states.shape[:1])}")
    if len(states) == 0:
        raise ValueError("empty rollout")
