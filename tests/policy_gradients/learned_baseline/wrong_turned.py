"""The advantages have the wrong sign now: what paid more than expected becomes rarer."""

import torch


def reinforce_loss(policy, baseline, states, actions, returns, weight=0.5):
    _check(states, actions, returns)
    log_pi = torch.log_softmax(policy(states), dim=1)
    log_probs = log_pi.gather(1, actions[:, None]).squeeze(1)
    values = baseline(states).squeeze(1)
    errors = values - returns
    return -(errors.detach() * log_probs).mean() + weight * errors.pow(2).mean()


def _check(states, actions, returns):
    shapes = [tuple(states.shape[:1]), tuple(actions.shape), tuple(returns.shape)]
    if shapes != [(len(states),)] * 3:
        raise ValueError(f"one action and one return per state, not {shapes}")
    if len(states) == 0:
        raise ValueError("empty rollout")
    if returns.requires_grad:
        raise ValueError("returns must be constants, but they require a gradient")
