"""The problems themselves, each with the answer that it is known for."""

from __future__ import annotations

from collections.abc import Sequence

from torchkata.mdp.finite import MDP, Outcome


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
