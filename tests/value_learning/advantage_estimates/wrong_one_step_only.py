"""The ends are right, because no estimate looks further than one step: this is the answer for lam 0,
whatever lam is."""

import torch


def advantages(rewards, values, dones, last_value, gamma, lam):
    _check(rewards, values, dones)
    following = torch.cat([values[1:], values.new_tensor([last_value])])
    goes_on = 1 - dones.to(values.dtype)
    deltas = rewards + gamma * goes_on * following - values
    return deltas


def _check(rewards, values, dones):
    shapes = [tuple(tensor.shape) for tensor in (rewards, values, dones)]
    if shapes != [(rewards.numel(),)] * 3:
        raise ValueError(f"rewards, values and dones have the shapes {shapes}")
    if len(rewards) == 0:
        raise ValueError("empty rollout")
    if values.requires_grad:
        raise ValueError("values must be constants, but they require a gradient")
