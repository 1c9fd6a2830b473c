"""The policy's loss, on steps as a rollout buffer stores them."""

import torch


def policy_loss(policy, states, actions, advantages):
    """Return -mean(A_t * log pi(a_t|s_t)) over the steps, a scalar with its graph.

    This is the loss of REINFORCE with a baseline, Sutton and Barto, 2nd edition, section 13.4: every
    step scores its own action in its own state.
    policy:     module, (steps, features) -> (steps, actions), the logits of pi
    states:     (steps, features)
    actions:    (steps, 1) int64, as the buffer stores them
    advantages: (steps,), constants in the dtype of the states
    Raises ValueError if states, actions and advantages are not of these shapes, naming them, and
    IndexError, naming the step and the action, for an action that does not exist.
    """
    _check(states, actions, advantages)
    logits = policy(states)
    _check_range(actions, logits.shape[1])
    pi = torch.distributions.Categorical(logits=logits)
    log_probs = pi.log_prob(actions)
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
