"""Temporal-difference learning: the loss of a critic on a batch of transitions."""

import torch


def critic_loss(critic, states, rewards, next_states, dones, gamma):
    """The mean over the batch of (V(s) - (r + gamma * V(s')))**2, where nothing follows an end.

    This is the error of TD(0), Sutton and Barto, chapter 6, squared. The gradient of the loss goes into
    V(s) alone: the targets r + gamma * V(s') are constants.

    critic:      module, (batch, features) -> (batch, 1), the value of each state
    states:      (batch, features), s; next_states: (batch, features), s'
    rewards:     (batch,), r, in the dtype of the states
    dones:       (batch,) bool, whether the episode ended with the transition: its target is then r
    Returns a scalar in the dtype of the states. Backward is up to the caller: no gradient changes here.
    Raises ValueError if there are no transitions, or for shapes that do not fit, naming them. No
    parameter and no gradient of the critic has changed then.
    """
    _check(states, rewards, next_states, dones)
    values = critic(states)
    with torch.no_grad():
        following = critic(next_states)
        alive = 1 - dones.to(rewards.dtype)
        targets = rewards + gamma * alive * following
    return ((values - targets) ** 2).mean()


def _check(states, rewards, next_states, dones):
    shapes = [tuple(tensor.shape) for tensor in (states, rewards, next_states, dones)]
    if shapes[2] != shapes[0] or [shapes[1], shapes[3]] != [shapes[0][:1]] * 2:
        raise ValueError(f"states, rewards, next_states and dones have the shapes {shapes}")
    if len(states) == 0:
        raise ValueError("empty batch")
