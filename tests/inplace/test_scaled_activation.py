"""Fitting a logistic curve: what `fit` promises.

Every step follows the gradient of the error in counts, the capacity included.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import math

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64


def tensor(values, device, **options):
    return torch.tensor(values, dtype=torch.float64, device=device, **options)


def problem(device):
    """One sample: with weight 0 half of the capacity 4 is reached, 2, where 3 are counted."""
    return tensor([0.0], device, requires_grad=True), tensor([[1.0]], device), tensor([3.0], device)


def closed_form(weight, readings, counts, capacity, steps, lr):
    """The descent in plain numbers, with the slope of the curve, c s (1 - s), written out."""
    weight, errors = list(weight), []
    for _ in range(steps):
        error, slopes = 0.0, [0.0] * len(weight)
        for reading, count in zip(readings, counts):
            s = 1 / (1 + math.exp(-sum(x * w for x, w in zip(reading, weight))))
            gap = capacity * s - count
            error += gap**2 / len(counts)
            for i, x in enumerate(reading):
                slopes[i] += 2 * gap / len(counts) * capacity * s * (1 - s) * x
        errors.append(error)
        weight = [w - lr * slope for w, slope in zip(weight, slopes)]
    return weight, errors


# What fit promises


def test_the_first_step_follows_the_slope_of_the_curve(solution, device):
    weight, readings, counts = problem(device)
    errors = solution.fit(weight, readings, counts, capacity=4.0, steps=1, lr=0.25)
    close(errors, [1.0], "the error before the first step, (2 - 3)²")
    # 2 (2 - 3) times the slope of the curve, 4 · 1/2 · 1/2: the gradient is -2
    close(weight, [0.5], "the weight after 1 step of 0.25 times the gradient -2")


@pytest.mark.parametrize(("capacity", "lr"), [(3.0, 0.25), (1.0, 0.5), (0.5, 2.0)])
def test_five_steps_follow_the_formula(solution, device, capacity, lr):
    start, readings, counts = [0.5, -1.0], [[1.0, 0.5], [2.0, 1.0], [0.0, -1.5]], [1.0, 2.5, 0.25]
    weight = tensor(start, device, requires_grad=True)
    errors = solution.fit(
        weight, tensor(readings, device), tensor(counts, device), capacity=capacity, steps=5, lr=lr
    )
    want_weight, want_errors = closed_form(start, readings, counts, capacity, steps=5, lr=lr)
    close(errors, want_errors, f"the errors before 5 steps, capacity {capacity}")
    close(weight, want_weight, f"the weight after 5 steps, capacity {capacity}")


def test_a_second_call_continues_and_leaves_the_data_alone(solution, device):
    weight, readings, counts = problem(device)
    solution.fit(weight, readings, counts, capacity=4.0, steps=2, lr=0.25)
    errors = solution.fit(weight, readings, counts, capacity=4.0, steps=2, lr=0.25)
    want_weight, want_errors = closed_form([0.0], [[1.0]], [3.0], capacity=4.0, steps=4, lr=0.25)
    close(errors, want_errors[2:], "the errors of the second call of 2 steps")
    close(weight, want_weight, "the weight after two calls of 2 steps")
    equal(readings, tensor([[1.0]], device), "the readings after both calls")
    equal(counts, tensor([3.0], device), "the counts after both calls")


# What already works and must stay


def test_no_steps_return_no_errors_and_change_nothing(solution, device):
    weight, readings, counts = problem(device)
    equal(solution.fit(weight, readings, counts, capacity=4.0, steps=0, lr=0.25), [], "the errors of 0 steps")
    close(weight, [0.0], "the weight after 0 steps")


def test_no_samples_are_refused_and_change_nothing(solution, device):
    weight, readings, counts = problem(device)
    with raises(ValueError, "no samples", "fitting no samples"):
        solution.fit(weight, readings[:0], counts[:0], capacity=4.0, steps=1, lr=0.25)
    close(weight, [0.0], "the weight after a call without samples")


# The documented failure


def test_the_first_backward_pass_raises(broken, device):
    weight, readings, counts = problem(device)
    with raises(RuntimeError, "modified by an inplace operation", "the first step"):
        broken.fit(weight, readings, counts, capacity=4.0, steps=1, lr=0.25)
    close(weight, [0.0], "the weight, which hasn't moved")


def test_even_a_write_that_changes_no_number_raises(broken, device):
    weight, readings, counts = problem(device)
    with raises(RuntimeError, "modified by an inplace operation", "the first step with a capacity of 1"):
        broken.fit(weight, readings, counts, capacity=1.0, steps=1, lr=0.25)
