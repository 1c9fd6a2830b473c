"""REINFORCE with a learned baseline: one loss for the policy and for the baseline."""

import torch


def reinforce_loss(policy, baseline, states, actions, returns, weight=0.5):
    """Return -mean(A * log pi(a|s)) + weight * mean((G - V)**2), a scalar with its graph.

    As in Sutton and Barto, section 13.4, the advantages are A = G - V. The first term contributes
    -mean(A * dlog pi(a|s)) to the gradient of a parameter, the second weight * mean(2 (V - G) * dV).
    policy:   module, (steps, features) -> (steps, actions), the logits of pi
    baseline: module, (steps, features) -> (steps, 1), the values V; it may share a body with the
              policy, or be frozen
    states:   (steps, features); actions: (steps,) int64
    returns:  (steps,), the returns G, constants in the dtype of the states
    Raises ValueError if there are no steps, if the numbers of states, actions and returns differ, naming
    the shapes, and if the returns require a gradient.
    """
    _check(states, actions, returns)
    log_pi = torch.log_softmax(policy(states), dim=1)
    log_probs = log_pi.gather(1, actions[:, None]).squeeze(1)
    advantages = returns - baseline(states).squeeze(1)
    return -(advantages * log_probs).mean() + weight * advantages.pow(2).mean()


def _check(states, actions, returns):
    shapes = [tuple(states.shape[:1]), tuple(actions.shape), tuple(returns.shape)]
    if shapes != [(len(states),)] * 3:
        raise ValueError(f"one action and one return per state, not {shapes}")
    if len(states) == 0:
        raise ValueError("empty rollout")
    if returns.requires_grad:
        raise ValueError("returns must be constants, but they require a gradient")
