"""The laboratory: small decision problems whose answers are known exactly.

Sampling needs thousands of draws to show a bias of ten per cent. Here everything that can happen is
listed with its probability, so that an expected gradient is a finite sum, right to the last digits.
What each problem reveals, and what it is blind to, stands in docs/laboratory.md.

Sources of the formulas: Sutton and Barto, "Reinforcement Learning", 2nd edition, chapters 3, 4 and
13; Schulman et al., "High-dimensional continuous control using generalized advantage estimation"
(2016), equation 16; Schulman et al., "Proximal policy optimization algorithms" (2017), equation 7.
"""

from torchkata.mdp.finite import MDP, Outcome, Step
from torchkata.mdp.oracles import (
    batches,
    clipped_surrogate,
    expected_gradient,
    expected_score,
    generalized_advantages,
    quadrature,
    reward_to_go,
    softmax_slope,
)
from torchkata.mdp.problems import (
    a_split,
    bandit,
    delayed_credit,
    independent_chain,
    time_limit,
    two_states,
    variable_length,
)

__all__ = [
    "MDP",
    "Outcome",
    "Step",
    "a_split",
    "bandit",
    "batches",
    "clipped_surrogate",
    "delayed_credit",
    "expected_gradient",
    "expected_score",
    "generalized_advantages",
    "independent_chain",
    "quadrature",
    "reward_to_go",
    "softmax_slope",
    "time_limit",
    "two_states",
    "variable_length",
]
