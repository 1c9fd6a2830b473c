"""The first row has the right shape, but it compares every return with the first state's value."""

import torch


def actor_loss(policy, critic, states, actions, returns):
    _check(states, actions, returns)
    with torch.no_grad():
        values = critic(states)
        advantages = (returns - values)[0]
    log_pi = torch.log_softmax(policy(states), dim=1)
    log_probs = log_pi.gather(1, actions[:, None]).squeeze(1)
    return -(advantages * log_probs).mean()


def _check(states, actions, returns):
    for name, tensor in (("actions", actions), ("returns", returns)):
        if tensor.shape != states.shape[:1]:
            raise ValueError(f"{name} {tuple(tensor.shape)} for steps {tuple(states.shape[:1])}")
    if len(states) == 0:
        raise ValueError("empty rollout")
