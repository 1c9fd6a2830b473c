"""Added up over the states, the square becomes a list of the right length. But each action is credited as
if it had been taken everywhere.
"""

import torch


def policy_loss(policy, states, actions, advantages):
    _check(states, actions, advantages)
    logits = policy(states)
    _check_range(actions, logits.shape[1])
    pi = torch.distributions.Categorical(logits=logits)
    log_probs = pi.log_prob(actions).sum(1)
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
