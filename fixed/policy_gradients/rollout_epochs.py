"""PPO's inner loop without the clip: several steps of gradient descent on one rollout."""

import torch


def improve(theta, states, actions, advantages, epochs, lr):
    """Lower the surrogate -mean(ratio * advantages) in place; return its value before each step.

    The surrogate is L^CPI of the PPO paper, arXiv 1707.06347. The ratio of a sample is
    pi(a | s) / pi_old(a | s), where pi is the policy at this epoch and pi_old the one at the call,
    which collected the rollout. Each of the `epochs` steps subtracts lr * d surrogate / d theta.
    theta:      (states, actions), the logits of the policy: a leaf with requires_grad
    states:     (samples,) int64, rows of theta; actions: (samples,) int64, columns of theta
    advantages: (samples,), of the dtype of theta
    Whatever is created lies on the device of theta. Returns a list of `epochs` floats.
    Raises ValueError for unequal shapes, naming them, and for an empty rollout; TypeError for actions
    that are not int64; IndexError for actions out of range. `theta` is then as before.
    """
    _check(theta, states, actions, advantages)
    old_log_probs = torch.log_softmax(theta, dim=-1)[states, actions].detach()
    losses = []
    for _ in range(epochs):
        log_probs = torch.log_softmax(theta, dim=-1)[states, actions]  # again: theta has moved
        ratio = torch.exp(log_probs - old_log_probs)
        loss = -(ratio * advantages).mean()
        theta.grad = None
        loss.backward()
        with torch.no_grad():
            theta -= lr * theta.grad
        losses.append(loss.item())
    return losses


def _check(theta, states, actions, advantages):
    shapes = [tuple(tensor.shape) for tensor in (states, actions, advantages)]
    if shapes != [(states.numel(),)] * 3:
        raise ValueError(f"states, actions and advantages need one entry per sample, not shapes {shapes}")
    if len(actions) == 0:
        raise ValueError("empty rollout")
    if actions.dtype != torch.int64:
        raise TypeError(f"actions must be int64, not {actions.dtype}")
    if actions.min() < 0 or actions.max() >= theta.shape[1]:
        raise IndexError(f"actions must be 0 to {theta.shape[1] - 1}, not {actions.tolist()}")
