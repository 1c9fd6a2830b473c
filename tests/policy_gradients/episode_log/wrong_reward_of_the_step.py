"""Calling `backward()` inside the loop reaches `theta`, but at that moment only the reward of the
step itself is known: an action is never credited for what it makes possible later.
"""

import torch


def returns_to_go(rewards, gamma):
    returns = []
    for reward in reversed(rewards):
        returns.append(reward + gamma * (returns[-1] if returns else 0.0))
    return returns[::-1]


def learn_from_episode(theta, states, actions, rewards, gamma):
    _check(theta, states, actions, rewards)
    log = []
    for state, action, reward in zip(states.tolist(), actions.tolist(), rewards.tolist()):
        log_prob = torch.log_softmax(theta[state], dim=-1)[action]
        (-log_prob * reward).backward()
        log.append({"action": action, "log_prob": log_prob.item(), "reward": float(reward)})
    return log


def _check(theta, states, actions, rewards):
    shapes = [tuple(tensor.shape) for tensor in (states, actions, rewards)]
    if shapes != [(states.numel(),)] * 3:
        raise ValueError(f"states, actions and rewards need one entry per step, not shapes {shapes}")
    if len(actions) == 0:
        raise ValueError("empty episode")
    if actions.dtype != torch.int64:
        raise TypeError(f"actions must be int64, not {actions.dtype}")
    if actions.min() < 0 or actions.max() >= theta.shape[1]:
        raise IndexError(f"actions must be 0 to {theta.shape[1] - 1}, not {actions.tolist()}")
