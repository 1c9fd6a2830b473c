"""Distribution and loss function from torch, with advantages that carry no graph."""

import torch


def reinforce_loss(policy, baseline, states, actions, returns, weight=0.5):
    _check(states, actions, returns)
    log_probs = torch.distributions.Categorical(logits=policy(states)).log_prob(actions)
    values = baseline(states).flatten()
    advantages = (returns - values).detach()
    value_loss = torch.nn.functional.mse_loss(values, returns)
    return weight * value_loss - (log_probs * advantages).mean()


def _check(states, actions, returns):
    shapes = [tuple(states.shape[:1]), tuple(actions.shape), tuple(returns.shape)]
    if shapes != [(len(states),)] * 3:
        raise ValueError(f"one action and one return per state, not {shapes}")
    if len(states) == 0:
        raise ValueError("empty rollout")
    if returns.requires_grad:
        raise ValueError("returns must be constants, but they require a gradient")
