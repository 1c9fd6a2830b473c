"""The density of a Gaussian, written out; a matrix product adds up the axes and the steps."""

import math

import torch
from torch import nn


def make_policy(features, axes):
    return _Policy(features, axes)


def policy_loss(policy, states, actions, advantages):
    _check("actions", actions, (len(states), len(policy.log_std)))
    _check("advantages", advantages, (len(states),))
    mean, std = policy(states)
    z = (actions - mean) / std
    log_probs = -0.5 * z.pow(2) - std.log() - 0.5 * math.log(2 * math.pi)
    return -(advantages @ log_probs).sum() / len(advantages)


class _Policy(nn.Module):
    def __init__(self, features, axes):
        super().__init__()
        self.mean = nn.Linear(features, axes)
        self.log_std = nn.Parameter(torch.zeros(axes))
        nn.init.zeros_(self.mean.weight)
        nn.init.zeros_(self.mean.bias)

    def forward(self, states):
        return self.mean(states), self.log_std.exp()


def _check(name, values, shape):
    if shape[0] == 0:
        raise ValueError("empty batch: there are no steps")
    if values.shape != shape:
        raise ValueError(f"{name} are {tuple(values.shape)}, expected {shape}")
