"""An array of starts, one step longer than the rollout: step t goes on unless step t + 1 starts an
episode."""

import torch


def advantages(rewards, values, dones, last_value, gamma, lam):
    _check(rewards, values, dones)
    following = torch.cat([values[1:], values.new_tensor([last_value])])
    starts = torch.cat([dones.new_ones(1), dones])
    goes_on = (~starts[1:]).to(values.dtype)
    deltas = rewards + gamma * goes_on * following - values
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
