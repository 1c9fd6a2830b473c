"""There's no error anymore, but `theta.grad` is still None: `requires_grad=True`, on the numbers or
on the loss, starts a new graph there, and the gradient stops where that graph starts.
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
        log.append({"action": action, "log_prob": log_prob.item(), "reward": float(reward)})

    like = {"dtype": theta.dtype, "device": theta.device}
    log_probs = torch.tensor([step["log_prob"] for step in log], **like, requires_grad=True)
    returns = torch.tensor(returns_to_go([step["reward"] for step in log], gamma), **like)
    loss = -(log_probs * returns).sum()
    loss.backward()
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
