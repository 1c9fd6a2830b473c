"""Policy gradients for a joystick: a Gaussian policy with one bell curve for each of its axes."""

import torch
from torch import nn
from torch.distributions import Normal


def make_policy(features, axes):
    """A policy that leans toward mean(states), with the standard deviation exp(log_std).

    The module has `mean`, a Linear(features, axes), and `log_std`, a parameter of shape (axes,). All
    of them are 0 at first, so every axis has mean 0 and standard deviation 1; all move with `.to()`.
    Given its state, a policy chooses the axes independently of each other.
    """
    return _Policy(features, axes)


def policy_loss(policy, states, actions, advantages):
    """Return the loss of REINFORCE, -mean over the steps of A * log pi(a|s), a scalar with its graph.

    policy:     made by `make_policy`
    states:     (steps, features)
    actions:    (steps, axes), what the policy did in these states; a is one row
    advantages: (steps,), A: how much better than usual each of them turned out
    Works on any device, `meta` included, where no number can be looked at.
    Raises ValueError if there are no steps, or if actions or advantages have another shape, naming
    the shape that they have and the one that they should have.
    """
    _check("actions", actions, (len(states), len(policy.log_std)))
    _check("advantages", advantages, (len(states),))
    log_probs = policy(states).log_prob(actions)
    return -(advantages[:, None] * log_probs).mean()


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
