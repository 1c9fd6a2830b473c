"""Problems that can be enumerated: values by backward induction, and every trajectory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor


class Outcome(NamedTuple):
    """One thing that an action may lead to."""

    probability: float
    next_state: int
    reward: float
    done: bool = False


class Step(NamedTuple):
    """One step of a trajectory."""

    state: int
    action: int
    reward: float
    done: bool


@dataclass(frozen=True)
class MDP:
    """A finite problem that ends by itself, or after `horizon` steps, whose value is then 0.

    outcomes: outcomes[state][action] lists what may follow; every state has the same actions
    start:    the first state of every episode
    gamma:    discount per step, 0 to 1
    Policies are softmax(logits, dim=1), with logits (states, actions), float64.
    """

    outcomes: Sequence[Sequence[Sequence[Outcome]]]
    start: int = 0
    horizon: int = 1
    gamma: float = 1.0

    def values(self, logits: Tensor) -> Tensor:
        """V[k, s]: the expected discounted return from state s with k steps to go.

        By backward induction (Sutton and Barto, equation 4.4): V[0] = 0 and
        V[k, s] = sum_a pi(a|s) sum_o p_o (r_o + gamma V[k-1, s_o]). Shape (horizon + 1, states), with
        the dtype, the device and the graph of `logits`.
        """
        pi = torch.softmax(logits, dim=1)
        table = [logits.new_zeros(len(self.outcomes))]
        for _ in range(self.horizon):
            rows = [
                [sum(self._worth(outcome, table[-1]) for outcome in action) for action in state]
                for state in self.outcomes
            ]
            worth = torch.stack([torch.stack([logits.new_zeros(()) + q for q in row]) for row in rows])
            table.append((pi * worth).sum(1))
        return torch.stack(table)

    def _worth(self, outcome: Outcome, later: Tensor) -> Tensor | float:
        future = 0.0 if outcome.done else self.gamma * later[outcome.next_state]
        return outcome.probability * (outcome.reward + future)

    def expected_return(self, logits: Tensor) -> Tensor:
        """J(logits), the value of the start: a scalar that can be differentiated.

        It shares no code with `trajectories`, so that each can witness for the other.
        """
        return self.values(logits)[self.horizon, self.start]

    def trajectories(self, logits: Tensor) -> Iterator[tuple[float, list[Step]]]:
        """Every trajectory that the policy can produce, with its probability."""
        pi = torch.softmax(logits.detach(), dim=1).tolist()
        waiting: list[tuple[float, int, list[Step]]] = [(1.0, self.start, [])]
        while waiting:
            probability, state, steps = waiting.pop()
            if len(steps) == self.horizon or (steps and steps[-1].done):
                yield probability, steps
                continue
            for action, outcomes in enumerate(self.outcomes[state]):
                for outcome in outcomes:
                    weight = probability * pi[state][action] * outcome.probability
                    if weight > 0:
                        step = Step(state, action, outcome.reward, outcome.done)
                        waiting.append((weight, outcome.next_state, [*steps, step]))
