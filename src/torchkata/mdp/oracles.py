"""What is right: expected gradients over everything that can happen, and sums that are written out."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import torch
from torch import Tensor

T = TypeVar("T")


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
