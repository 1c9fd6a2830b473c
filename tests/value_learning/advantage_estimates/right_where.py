"""Where an episode ends, zero stands for the next value and for the next advantage."""

import torch


def advantages(rewards, values, dones, last_value, gamma, lam):
    _check(rewards, values, dones)
    following = torch.cat([values[1:], values.new_tensor([last_value])])
    deltas = rewards + gamma * following.masked_fill(dones, 0.0) - values
    estimates, running = torch.empty_like(values), values.new_zeros(())
    for t in reversed(range(len(values))):
        running = deltas[t] + gamma * lam * torch.where(dones[t], 0.0, running)
        estimates[t] = running
    return estimates


def _check(rewards, values, dones):
    shapes = [tuple(tensor.shape) for tensor in (rewards, values, dones)]
    if shapes != [(rewards.numel(),)] * 3:
        raise ValueError(f"rewards, values and dones have the shapes {shapes}")
    if len(rewards) == 0:
        raise ValueError("empty rollout")
    if values.requires_grad:
        raise ValueError("values must be constants, but they require a gradient")
