"""The laboratory: small decision problems whose answers are known exactly.

Sampling needs thousands of draws to show a bias of ten per cent. Here everything that can happen is
listed with its probability, so that an expected gradient is a finite sum, right to the last digits.
What each problem reveals, and what it is blind to, stands in docs/laboratory.md.

Sources of the formulas: Sutton and Barto, "Reinforcement Learning", 2nd edition, chapters 3, 4 and
13; Schulman et al., "High-dimensional continuous control using generalized advantage estimation"
(2016), equation 16; Schulman et al., "Proximal policy optimization algorithms" (2017), equation 7.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import torch
from torch import Tensor

T = TypeVar("T")


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


# Oracles


def expected_gradient(
    loss: Callable[[T], Tensor], parameters: Sequence[Tensor], outcomes: Iterable[tuple[float, T]]
) -> tuple[Tensor, ...]:
    """sum over outcomes of P(outcome) * d loss(outcome) / d parameters, with P held constant.

    loss:       called with one outcome, returns a scalar whose graph reaches the parameters
    parameters: leaves; their `.grad` is not touched
    outcomes:   (probability, outcome) pairs whose probabilities sum to 1
    Returns one tensor of the shape and dtype of each parameter; zeros where no loss reaches it.
    Raises ValueError when the probabilities do not sum to 1: something was forgotten.
    """
    total = [torch.zeros_like(parameter) for parameter in parameters]
    mass = 0.0
    for probability, outcome in outcomes:
        found = torch.autograd.grad(loss(outcome), parameters, allow_unused=True)
        for sum_so_far, gradient in zip(total, found, strict=True):
            if gradient is not None:
                sum_so_far += probability * gradient
        mass += probability
    if not math.isclose(mass, 1.0, abs_tol=1e-9):
        raise ValueError(f"the probabilities of all outcomes sum to {mass}, not to 1")
    return tuple(total)


def expected_score(
    log_prob: Callable[[T], Tensor], parameters: Sequence[Tensor], outcomes: Iterable[tuple[float, T]]
) -> tuple[Tensor, ...]:
    """E[d log pi(outcome) / d parameters], which is zero for whatever pi the outcomes come from.

    sum_a pi(a) grad log pi(a) = sum_a grad pi(a) = grad 1 = 0. So it is not zero when the
    distribution that is scored is not the one that was sampled. The weakness of the test: it says
    nothing about a wrong distribution that is both sampled and scored.
    """
    return expected_gradient(log_prob, parameters, outcomes)


def batches(probabilities: Sequence[float] | Tensor, size: int) -> Iterator[tuple[float, list[int]]]:
    """Every batch of `size` independent draws, with its probability: len(probabilities) ** size."""
    weights = [float(p) for p in probabilities]
    for drawn in itertools.product(range(len(weights)), repeat=size):
        yield math.prod(weights[a] for a in drawn), list(drawn)


def softmax_slope(probabilities: Tensor, rewards: Tensor) -> Tensor:
    """dJ/dlogits of J = sum(pi * rewards) with pi = softmax(logits): pi * (rewards - J). Shape (A,)."""
    return probabilities * (rewards - (probabilities * rewards).sum())


def reward_to_go(rewards: Sequence[float], gamma: float, ends: Sequence[bool] | None = None) -> list[float]:
    """G_t = sum over k >= t of gamma^(k-t) r_k, up to the end of t's own episode; written out, no recursion.

    ends: whether step t is the last of its episode; by default only the last one is
    """
    total = []
    for t in range(len(rewards)):
        last = _last(t, len(rewards), ends)
        total.append(sum(gamma ** (k - t) * rewards[k] for k in range(t, last + 1)))
    return total


def generalized_advantages(
    rewards: Sequence[float],
    values: Sequence[float],
    next_values: Sequence[float],
    terminated: Sequence[bool],
    ends: Sequence[bool],
    gamma: float,
    lam: float,
) -> list[float]:
    """A_t = sum over k >= t of (gamma lam)^(k-t) delta_k, within t's own episode; written out.

    delta_k = r_k + gamma next_values[k] - values[k], without next_values[k] where `terminated`.
    next_values[k]: the value of the state that step k led to, also at the end of an episode
    ends:           terminated or cut off; beyond it nothing is summed
    """
    delta = [
        r + gamma * (0.0 if over else after) - v
        for r, v, after, over in zip(rewards, values, next_values, terminated, strict=True)
    ]
    return [
        sum((gamma * lam) ** (k - t) * delta[k] for k in range(t, _last(t, len(delta), ends) + 1))
        for t in range(len(delta))
    ]


def _last(t: int, length: int, ends: Sequence[bool] | None) -> int:
    """The last step of the episode in which step t lies."""
    if ends is None:
        return length - 1
    return next((k for k in range(t, length) if ends[k]), length - 1)


def clipped_surrogate(ratio: float, advantage: float, epsilon: float = 0.2) -> tuple[float, float]:
    """min(r A, clip(r, 1 - eps, 1 + eps) A) of PPO, and its slope in log r; by cases, not by min.

    A > 0: the gain is capped at 1 + eps. A < 0: it is capped at 1 - eps. On the kink itself, where
    no derivative exists, the slope is that of the unclipped side.
    """
    capped = ratio > 1 + epsilon if advantage > 0 else ratio < 1 - epsilon
    if capped:
        return (1 + epsilon if advantage > 0 else 1 - epsilon) * advantage, 0.0
    return ratio * advantage, ratio * advantage


def quadrature(
    mean: float, std: float, breaks: Sequence[float] = (), points: int = 40
) -> tuple[Tensor, Tensor]:
    """Weights w and actions a with sum(w * f(a)) = E[f(a)], a from Normal(mean, std); both (n,), float64.

    Gauss-Legendre with `points` points on each piece of mean +- 12 std; the pieces are one std long
    and end at `breaks` as well, where f may have a kink or a jump.
    """
    k = torch.arange(1, points, dtype=torch.float64)
    beside = k / torch.sqrt(4 * k * k - 1)  # Golub and Welsch (1969)
    nodes, vectors = torch.linalg.eigh(torch.diag(beside, 1) + torch.diag(beside, -1))
    shares = 2 * vectors[0] ** 2
    edges = {mean + i * std for i in range(-12, 13)}
    edges |= {b for b in breaks if abs(b - mean) < 12 * std}
    weights, actions = [], []
    for left, right in itertools.pairwise(sorted(edges)):
        at = (right - left) / 2 * nodes + (left + right) / 2
        density = torch.exp(-0.5 * ((at - mean) / std) ** 2) / (std * math.sqrt(2 * math.pi))
        weights.append((right - left) / 2 * shares * density)
        actions.append(at)
    return torch.cat(weights), torch.cat(actions)


# Problems


def bandit(rewards: Sequence[float] = (1.0, 2.0, 4.0)) -> MDP:
    """One state, one step. With pi = (.2, .3, .5): J = 2.8 and dJ/dlogits = (-.36, -.24, .6)."""
    return MDP([[[Outcome(1.0, 0, reward, True)] for reward in rewards]])


def delayed_credit(gamma: float = 1.0) -> MDP:
    """The first action decides what the second step pays; the second decides nothing.

    State 0 leads to state 1 or 2 and pays nothing. There both actions pay 1 in state 1, nothing in
    state 2. So dJ/dlogits is gamma * p0 p1 * (1, -1) in state 0 and exactly 0 in the others.
    """
    first = [[Outcome(1.0, 1, 0.0)], [Outcome(1.0, 2, 0.0)]]
    pays = [[Outcome(1.0, 1, 1.0, True)], [Outcome(1.0, 1, 1.0, True)]]
    pays_not = [[Outcome(1.0, 2, 0.0, True)], [Outcome(1.0, 2, 0.0, True)]]
    return MDP([first, pays, pays_not], horizon=2, gamma=gamma)


def independent_chain(
    rewards: Sequence[Sequence[float]] = ((1.0, 0.0), (0.0, 3.0)), gamma: float = 1.0
) -> MDP:
    """States in a row, each a bandit of its own: credit given to the wrong step is right on average here."""
    last = len(rewards) - 1
    rows = [[[Outcome(1.0, min(s + 1, last), r, s == last)] for r in row] for s, row in enumerate(rewards)]
    return MDP(rows, horizon=len(rewards), gamma=gamma)


def two_states(horizon: int = 4, gamma: float = 0.9) -> MDP:
    """Everything at once: chance, delayed rewards, ends by chance or at the horizon. 53 trajectories."""
    first = [[Outcome(0.7, 1, 0.0), Outcome(0.3, 0, 1.0)], [Outcome(1.0, 0, 0.2)]]
    second = [[Outcome(1.0, 0, 0.0, True)], [Outcome(0.5, 1, 0.0), Outcome(0.5, 0, 3.0, True)]]
    return MDP([first, second], horizon=horizon, gamma=gamma)


def variable_length(short: float = 1.0, long: Sequence[float] = (0.5, 1.0)) -> MDP:
    """Action 0 ends at once and pays `short`; action 1 goes on for len(long) steps without a choice.

    With equal logits and R = (1, 1.5): dJ/dlogits = p0 p1 (1 - 1.5) * (1, -1) = (-.125, .125).
    """
    rows = [[[Outcome(1.0, 0, short, True)], [Outcome(1.0, 1, long[0], len(long) == 1)]]]
    for k, reward in enumerate(long[1:], start=1):
        rows.append([[Outcome(1.0, k + 1, reward, k == len(long) - 1)]] * 2)
    return MDP(rows, horizon=len(long))


def a_split() -> MDP:
    """A goes to B or C by chance; B pays 1, C nothing: V = (.5, 1, 0). No action matters.

    Sutton and Barto, example 11.2: the residual gradient finds (.5, .75, .25) instead.
    """
    a = [[Outcome(0.5, 1, 0.0), Outcome(0.5, 2, 0.0)]]
    return MDP([a, [[Outcome(1.0, 1, 1.0, True)]], [[Outcome(1.0, 2, 0.0, True)]]], horizon=2)


def time_limit(reward: float = 1.0, gamma: float = 0.9, limit: int = 5) -> tuple[float, float]:
    """One state that pays for ever, looked at for `limit` steps at a time: its value, and a wrong one.

    The value is r / (1 - gamma) = 10. Who takes the end of the look for the end of the world finds
    the fixed point of V = r + gamma (1 - 1/limit) V, which is 3.571.
    """
    return reward / (1 - gamma), reward / (1 - gamma * (1 - 1 / limit))
