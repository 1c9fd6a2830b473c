"""Gradient descent on 0.5 * mean((level - observations)**2): what `fit_level` promises.

The slope is level - mean(observations), so a step with lr leaves (1 - lr) of the distance to the mean.
"""

import itertools
import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

START, LR, STEPS = 1.0, 0.25, 4
OBSERVATIONS = [-0.5, 0.5]  # mean 0: the slope at any level is that level

RECORD = {
    "claim": "the gradient applied at step k is the slope of the loss at the level of step k",
    "oracle": "closed form level - mean(observations)",
    "config": {"start": START, "observations": OBSERVATIONS, "lr": LR, "steps": STEPS},
}


def number(value, device):
    return torch.tensor(value, dtype=torch.float64, device=device, requires_grad=True)


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def right_path(steps, start=START, mean=0.0, lr=LR):
    return [mean + (start - mean) * (1 - lr) ** k for k in range(1, steps + 1)]


def applied_gradients(module, device):
    """What each step subtracted, divided by lr, and the slope at the level where it was taken."""
    level, observations = number(START, device), tensor(OBSERVATIONS, device)
    path = [START, *module.fit_level(level, observations, steps=STEPS, lr=LR)]
    applied = tensor([(before - after) / LR for before, after in itertools.pairwise(path)], device)
    visited = tensor(path[:-1], device)
    report = gradients.compare(
        applied,
        analytic=visited - observations.mean(),
        numeric=gradients.central_difference(
            lambda levels: 0.5 * ((levels[:, None] - observations) ** 2).mean(1).sum(), visited
        ),
        what=f"gradients applied at steps 1 to {STEPS}",
    )
    return report, level


# What fit_level promises


@pytest.mark.parametrize("steps", [2, 5])
def test_the_distance_shrinks_by_the_same_factor_at_every_step(solution, device, steps):
    level = number(3.0, device)
    path = solution.fit_level(level, tensor([1.0, 3.0], device), steps=steps, lr=0.1)
    close(path, right_path(steps, start=3.0, mean=2.0, lr=0.1), f"level after each of {steps} steps")
    close(level.item(), 2 + 0.9**steps, f"the caller's level after {steps} steps")


def test_each_step_applies_the_slope_of_its_own_place(solution, device, evidence):
    report, level = applied_gradients(solution, device)
    evidence(report, **RECORD, checkpoint={"level": level.detach()})
    report.require()


def test_a_second_call_continues_where_the_first_one_stopped(solution, device):
    level, observations = number(START, device), tensor(OBSERVATIONS, device)
    path = solution.fit_level(level, observations, steps=2, lr=LR)
    close(level.item(), 0.5625, "the caller's level between two calls")
    path += solution.fit_level(level, observations, steps=2, lr=LR)
    close(path, right_path(4), "level after each step of two calls")


# What already works and must stay


def test_a_single_step_follows_the_slope(solution, device):
    level = number(3.0, device)
    path = solution.fit_level(level, tensor([1.0, 3.0], device), steps=1, lr=LR)
    close(path, [2.75], "level after 1 step from 3 towards 2")
    close(level.item(), 2.75, "the caller's level after 1 step")


def test_level_and_observations_stay_what_they_are(solution, device):
    level, observations = number(START, device), tensor(OBSERVATIONS, device)
    solution.fit_level(level, observations, steps=2, lr=LR)
    equal((level.is_leaf, level.requires_grad), (True, True), "(is_leaf, requires_grad) of the level")
    equal(observations.tolist(), OBSERVATIONS, "observations after 2 steps")
    equal((observations.requires_grad, observations.grad), (False, None), "requires_grad and .grad of them")


def test_zero_steps_change_nothing(solution, device):
    level = number(START, device)
    equal(solution.fit_level(level, tensor(OBSERVATIONS, device), steps=0, lr=LR), [], "path of 0 steps")
    equal(level.item(), START, "level after 0 steps")


@pytest.mark.parametrize("observations", [[], [1.0, math.nan], [math.inf, 1.0]], ids=["empty", "nan", "inf"])
def test_empty_or_infinite_observations_are_an_error(solution, device, observations):
    level = number(START, device)
    with raises(ValueError, "expected finite observations", f"the observations {observations}"):
        solution.fit_level(level, tensor(observations, device), steps=2, lr=LR)
    equal(level.item(), START, "level after the error")


# The documented failure


def test_each_step_applies_the_sum_of_all_slopes_so_far(broken, device, evidence):
    report, level = applied_gradients(broken, device)
    evidence(report, **RECORD, checkpoint={"level": level.detach()})
    # slopes at 1, 0.75, 0.3125 and -0.203125, each added to those before it
    close(report.autograd, tensor([1.0, 1.75, 2.0625, 1.859375], device), "gradients applied")
    close(level.item(), -0.66796875, "level after 4 steps; it should be 0.75**4 = 0.31640625")


def test_the_sum_continues_in_the_next_call(broken, device):
    level, observations = number(START, device), tensor(OBSERVATIONS, device)
    broken.fit_level(level, observations, steps=2, lr=LR)
    close(level.item(), 0.3125, "the caller's level between two calls")
    path = broken.fit_level(level, observations, steps=2, lr=LR)
    close(path, [-0.203125, -0.66796875], "level after each step of the second call")
