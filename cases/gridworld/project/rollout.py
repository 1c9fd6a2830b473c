"""What was seen while the agent played, and what it says about each action."""

from typing import NamedTuple

import torch


class Batch(NamedTuple):
    """Steps without their order, all of shape (n,); a part of a batch is made by `batch.take(rows)`."""

    states: torch.Tensor
    actions: torch.Tensor
    log_probs: torch.Tensor
    values: torch.Tensor
    advantages: torch.Tensor
    returns: torch.Tensor

    def take(self, rows):
        return Batch(*(column[rows] for column in self))


class Rollout:
    """Steps of several games, in the order of time.

    add(states, actions, log_probs, step): all of shape (games,), kept as they are
    """

    def __init__(self):
        self.states, self.actions, self.log_probs, self.steps = [], [], [], []

    def add(self, states, actions, log_probs, step):
        self.states.append(states)
        self.actions.append(actions)
        self.log_probs.append(log_probs)
        self.steps.append(step)

    def batch(self, critic, gamma, lam):
        """All steps as one `Batch` without a graph; row t * games + g is step t of game g.

        critic: maps states (...,) to values (...,)
        The returns are what the critic should have said: values plus advantages, before these are scaled
        to mean 0 and spread 1 over the whole rollout.
        """
        states = torch.stack(self.states)
        rewards, next_states, terminated, truncated = map(torch.stack, zip(*self.steps))
        with torch.no_grad():
            values, next_values = critic(states), critic(next_states)
        advantages = gae(rewards, values, next_values, terminated, truncated, gamma, lam)
        columns = (
            states,
            torch.stack(self.actions),
            torch.stack(self.log_probs),
            values,
            normalized(advantages),
            values + advantages,
        )
        return Batch(*(column.flatten() for column in columns))


def gae(rewards, values, next_values, terminated, truncated, gamma, lam):
    """Generalized advantage estimates (Schulman et al., 2016), all of shape (steps, games).

    A_t = d_t + gamma lam A_(t+1), where d_t = r_t + gamma V(next state) - V(state). The row after an end
    of either kind (see world.Step) belongs to another episode; the last row has no successor.
    """
    goes_on = (~terminated).to(rewards.dtype)
    linked = (~(terminated | truncated)).to(rewards.dtype)
    deltas = rewards + gamma * next_values * goes_on - values
    advantages = torch.zeros_like(deltas)
    running = torch.zeros_like(deltas[0])
    for t in reversed(range(len(deltas))):
        running = deltas[t] + gamma * lam * linked[t] * running
        advantages[t] = running
    return advantages


def normalized(advantages, eps=1e-8):
    """Mean 0 and spread 1 over all entries; a single entry has no spread and only loses its mean."""
    centered = advantages - advantages.mean()
    if advantages.numel() < 2:
        return centered
    return centered / (centered.std() + eps)
