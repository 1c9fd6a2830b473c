"""Every transition has its own target now, and another loss: this one treats large errors more mildly, so
it finds something between the mean and the median of the targets."""

import torch


def critic_loss(critic, states, rewards, next_states, dones, gamma):
    _check(states, rewards, next_states, dones)
    values = critic(states).squeeze(1)
    with torch.no_grad():
        following = critic(next_states).squeeze(1)
        alive = 1 - dones.to(rewards.dtype)
        targets = rewards + gamma * alive * following
    return torch.nn.functional.smooth_l1_loss(values, targets)


def _check(states, rewards, next_states, dones):
    shapes = [tuple(tensor.shape) for tensor in (states, rewards, next_states, dones)]
    if shapes[2] != shapes[0] or [shapes[1], shapes[3]] != [shapes[0][:1]] * 2:
        raise ValueError(f"states, rewards, next_states and dones have the shapes {shapes}")
    if len(states) == 0:
        raise ValueError("empty batch")
