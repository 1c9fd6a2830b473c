"""Summed over the actions of all steps, the square becomes a row of the right length. In every state, all
actions of the rollout are credited together, now multiplied by the number of steps.
"""

import torch


def policy_loss(policy, states, actions, advantages):
    _check(states, actions, advantages)
    logits = policy(states)
    _check_range(actions, logits.shape[1])
    pi = torch.distributions.Categorical(logits=logits)
    log_probs = pi.log_prob(actions).sum(0)
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
