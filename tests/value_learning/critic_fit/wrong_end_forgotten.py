"""The shapes are right, and the ends are gone: a finished episode goes on with the value of the next one's
first state."""

import torch


def critic_loss(critic, states, rewards, next_states, dones, gamma):
    _check(states, rewards, next_states, dones)
    values = critic(states).squeeze(1)
    with torch.no_grad():
        following = critic(next_states).squeeze(1)
        targets = rewards + gamma * following
    return ((values - targets) ** 2).mean()


def _check(states, rewards, next_states, dones):
    shapes = [tuple(tensor.shape) for tensor in (states, rewards, next_states, dones)]
    if shapes[2] != shapes[0] or [shapes[1], shapes[3]] != [shapes[0][:1]] * 2:
        raise ValueError(f"states, rewards, next_states and dones have the shapes {shapes}")
    if len(states) == 0:
        raise ValueError("empty batch")
