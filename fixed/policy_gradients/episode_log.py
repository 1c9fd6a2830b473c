"""REINFORCE on one recorded episode, with a log of how likely the policy found each of its actions."""

import torch


def returns_to_go(rewards, gamma):
    """The discounted reward from each step on: G_t = r_t + gamma * G_(t+1).

    rewards: list of numbers; gamma: between 0, immediate rewards alone, and 1, no discount
    Returns a list of floats, one per reward.
    """
    returns = []
    for reward in reversed(rewards):
        returns.append(reward + gamma * (returns[-1] if returns else 0.0))
    return returns[::-1]


def learn_from_episode(theta, states, actions, rewards, gamma):
    """Add the gradient of -sum_t G_t log pi(a_t | s_t) to `theta.grad`; return the log of the episode.

    theta:   (states, actions), the logits of the policy: a leaf with requires_grad, itself unchanged
    states:  (steps,) int64, rows of theta; actions: (steps,) int64, columns of theta
    rewards: (steps,), of any real dtype; gamma: as in `returns_to_go`
    Whatever is created lies on the device of theta.
    Returns a list for the JSON log, one dict per step: "action" an int, "log_prob" and "reward" floats.
    Raises ValueError for unequal shapes, naming them, and for an empty episode; TypeError for actions
    that are not int64; IndexError for actions out of range. `theta.grad` is then as before.
    """
    _check(theta, states, actions, rewards)
    log, log_probs = [], []
    for state, action, reward in zip(states.tolist(), actions.tolist(), rewards.tolist()):
        log_prob = torch.log_softmax(theta[state], dim=-1)[action]
        log_probs.append(log_prob)  # the tensor: a number has no way back to theta
        log.append({"action": action, "log_prob": log_prob.item(), "reward": float(reward)})

    like = {"dtype": theta.dtype, "device": theta.device}
    returns = torch.tensor(returns_to_go([step["reward"] for step in log], gamma), **like)
    loss = -(torch.stack(log_probs) * returns).sum()
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
