"""Generalized advantage estimates of a rollout, the weights of a policy gradient."""

import torch


def advantages(rewards, values, dones, last_value, gamma, lam):
    """How much better each step turned out than the critic had expected: equation 16 of arXiv 1506.02438.

    delta_t = r_t + gamma * V(s_(t+1)) - V(s_t) and A_t = delta_t + gamma * lam * A_(t+1). An episode
    ends with its last step: nothing follows there, neither a value nor an advantage.

    rewards:    (steps,) floating point, what step t paid
    values:     (steps,), V(s_t): what the critic expected before step t
    dones:      (steps,) bool, whether the episode ended with step t; step t + 1 starts another one then
    last_value: a float, the value of the state after the last step; it does not count after an end
    gamma, lam: from 0 to 1; with lam 0 the estimate is delta_t, with lam 1 the return less the value
    Returns (steps,) in the dtype of the values. The arguments stay as they are.
    Raises ValueError if there are no steps, for unequal shapes, naming them, or for values that
    require a gradient, since advantages are constants.
    """
    _check(rewards, values, dones)
    following = torch.cat([values[1:], values.new_tensor([last_value])])
    # Step t itself says whether anything follows it, although what follows is found at t + 1.
    goes_on = 1 - dones.to(values.dtype)
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
