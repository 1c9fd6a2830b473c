"""The densities multiply, not their logarithms. The product of logarithms means nothing: two
unlikely axes make a large positive number.
"""

import torch
from torch import nn
from torch.distributions import Normal


def make_policy(features, axes):
    return _Policy(features, axes)


def policy_loss(policy, states, actions, advantages):
    _check("actions", actions, (len(states), len(policy.log_std)))
    _check("advantages", advantages, (len(states),))
    log_probs = policy(states).log_prob(actions).prod(dim=1)
    return -(advantages * log_probs).mean()


class _Policy(nn.Module):
    def __init__(self, features, axes):
        super().__init__()
        self.mean = nn.Linear(features, axes)
        self.log_std = nn.Parameter(torch.zeros(axes))
        nn.init.zeros_(self.mean.weight)
        nn.init.zeros_(self.mean.bias)

    def forward(self, states):
        # Validating would look at the numbers, and wait for the device.
        return Normal(self.mean(states), self.log_std.exp(), validate_args=False)


def _check(name, values, shape):
    if shape[0] == 0:
        raise ValueError("empty batch: there are no steps")
    if values.shape != shape:
        raise ValueError(f"{name} are {tuple(values.shape)}, expected {shape}")
