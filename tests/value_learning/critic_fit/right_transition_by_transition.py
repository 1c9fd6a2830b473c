"""One transition after the other, and the mean at the end."""

import torch


def critic_loss(critic, states, rewards, next_states, dones, gamma):
    _check(states, rewards, next_states, dones)
    losses = []
    for s, r, after, done in zip(states, rewards, next_states, dones):
        with torch.no_grad():
            target = r if done else r + gamma * critic(after[None])[0, 0]
        losses.append((critic(s[None])[0, 0] - target) ** 2)
    return torch.stack(losses).mean()


def _check(states, rewards, next_states, dones):
    shapes = [tuple(tensor.shape) for tensor in (states, rewards, next_states, dones)]
    if shapes[2] != shapes[0] or [shapes[1], shapes[3]] != [shapes[0][:1]] * 2:
        raise ValueError(f"states, rewards, next_states and dones have the shapes {shapes}")
    if len(states) == 0:
        raise ValueError("empty batch")
