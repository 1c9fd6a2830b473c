"""Clipping to a largest norm: what `fit` promises.

No step is longer than the largest norm allows, in any step, and the log tells how long the gradient was.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

# Some clip by norm / (norm + 1e-6): a part in a million is allowed.
NEARLY = {"rtol": 1e-5, "atol": 1e-5}


def problem(device, weight=0.0, bias=0.0):
    """A line through (1, 7) and (-1, 1): the error is (w - 3)² + (b - 4)²."""
    model = torch.nn.Linear(1, 1, dtype=torch.float64, device=device)
    torch.nn.init.constant_(model.weight, weight)
    torch.nn.init.constant_(model.bias, bias)
    inputs = torch.tensor([[1.0], [-1.0]], dtype=torch.float64, device=device)
    targets = torch.tensor([[7.0], [1.0]], dtype=torch.float64, device=device)
    return model, inputs, targets


def position(model):
    return torch.stack([model.weight.detach().squeeze(), model.bias.detach().squeeze()])


def by_hand(steps, lr, max_norm, start=(0.0, 0.0), moves=(True, True)):
    """The log, and weight and bias after so many steps; `moves` tells which of them are trained."""
    at, log = list(start), []
    for _ in range(steps):
        error = (at[0] - 3) ** 2 + (at[1] - 4) ** 2
        gradient = [2 * (a - goal) * move for a, goal, move in zip(at, (3, 4), moves)]
        norm = sum(g**2 for g in gradient) ** 0.5
        log.append([error, norm])
        at = [a - lr * g * min(1.0, max_norm / norm) for a, g in zip(at, gradient)]
    return log, at


# What fit promises


def test_a_long_gradient_is_shortened_to_the_largest_norm(solution, device):
    model, inputs, targets = problem(device)
    solution.fit(model, inputs, targets, steps=1, lr=0.5, max_norm=1.0)
    # The gradient (-6, -8) has the norm 10; of the norm 1 it is (-0.6, -0.8).
    close(position(model), [0.3, 0.4], "weight and bias after 1 step", **NEARLY)


def test_every_step_is_clipped(solution, device):
    for lr, max_norm in ((0.5, 1.0), (1.25, 1.5), (0.125, 4.0)):
        model, inputs, targets = problem(device)
        situation = f"of 4 steps with lr {lr} and a largest norm of {max_norm}"
        wanted, goal = by_hand(4, lr, max_norm)
        log = solution.fit(model, inputs, targets, steps=4, lr=lr, max_norm=max_norm)
        close(position(model), goal, f"weight and bias at the end {situation}", **NEARLY)
        close([list(entry) for entry in log], wanted, f"the log {situation}", **NEARLY)


def test_all_parameters_are_shortened_by_the_same_factor(solution, device):
    model = torch.nn.Linear(2, 1, dtype=torch.float64, device=device)
    for parameter in model.parameters():
        torch.nn.init.zeros_(parameter)
    inputs = torch.tensor([[2.0, 2.0]], dtype=torch.float64, device=device)
    log = solution.fit(model, inputs, torch.full_like(inputs[:, :1], 3.0), steps=1, lr=0.5, max_norm=3.0)
    # It misses 3 by -3: the gradient is -6 · (2, 2, 1), of norm 18, and shortened to 3 it is -(2, 2, 1).
    close(model.weight, [[1.0, 1.0]], "two weights after 1 step with a largest norm of 3", **NEARLY)
    close(model.bias, [0.5], "the bias next to two weights after 1 step with a largest norm of 3", **NEARLY)
    close([list(entry) for entry in log], [[9.0, 18.0]], "the log with two weights and a bias")


def test_the_log_has_the_norm_before_clipping(solution, device):
    model, inputs, targets = problem(device)
    log = solution.fit(model, inputs, targets, steps=1, lr=0.5, max_norm=1.0)
    close([list(entry) for entry in log], [[25.0, 10.0]], "the log of 1 step")


def test_a_short_gradient_stays_as_it_is(solution, device):
    model, inputs, targets = problem(device)
    log = solution.fit(model, inputs, targets, steps=3, lr=0.25, max_norm=6.0)
    # Norms 10, 7, 3.5: the first two are shortened to 6, the last moves the full quarter.
    wanted, goal = by_hand(3, 0.25, 6.0)
    close(position(model), goal, "weight and bias after 3 steps, of which 2 are clipped", **NEARLY)
    close([list(entry) for entry in log], wanted, "the log of 3 steps, of which 2 are clipped", **NEARLY)


def test_frozen_parameters_stay_and_do_not_count(solution, device):
    model, inputs, targets = problem(device, bias=1.0)
    model.bias.requires_grad_(False)
    log = solution.fit(model, inputs, targets, steps=3, lr=0.5, max_norm=2.0)
    wanted, goal = by_hand(3, 0.5, 2.0, start=(0.0, 1.0), moves=(True, False))
    close(position(model), goal, "weight and frozen bias after 3 steps", **NEARLY)
    close([list(entry) for entry in log], wanted, "the log with a frozen bias", **NEARLY)


# What already works and must stay


def test_without_a_long_gradient_the_weights_move_as_in_plain_sgd(solution, device):
    model, inputs, targets = problem(device)
    solution.fit(model, inputs, targets, steps=4, lr=0.25, max_norm=100.0)
    close(
        position(model), [3 * 15 / 16, 4 * 15 / 16], "weight and bias after 4 steps that halve the distance"
    )


def test_the_log_has_the_errors_before_the_steps(solution, device):
    model, inputs, targets = problem(device)
    log = solution.fit(model, inputs, targets, steps=4, lr=0.25, max_norm=100.0)
    errors = [entry[0] for entry in [list(entry) for entry in log]]
    close(errors, [25.0 / 4**k for k in range(4)], "the errors of 4 steps that halve the distance")


def test_no_steps_return_an_empty_log_and_change_nothing(solution, device):
    model, inputs, targets = problem(device, weight=8.0)
    log = solution.fit(model, inputs, targets, steps=0, lr=0.5, max_norm=1.0)
    equal(log, [], "the log of 0 steps")
    close(position(model), [8.0, 0.0], "weight and bias after 0 steps")


def test_no_samples_are_refused_and_change_nothing(solution, device):
    model, inputs, targets = problem(device, weight=8.0)
    with raises(ValueError, "no samples", "fitting no samples"):
        solution.fit(model, inputs[:0], targets[:0], steps=1, lr=0.5, max_norm=1.0)
    close(position(model), [8.0, 0.0], "weight and bias after a call without samples")


# The documented failure


def test_nothing_is_clipped(broken, device):
    model, inputs, targets = problem(device)
    broken.fit(model, inputs, targets, steps=3, lr=1.25, max_norm=1.0)
    # each step multiplies the remaining distance by 1 - 2 · 1.25 = -3/2
    way = 1 + 1.5**3
    close(position(model), [3 * way, 4 * way], "weight and bias after 3 steps, none of them clipped")


def test_the_logged_norm_is_zero_while_the_error_grows(broken, device):
    model, inputs, targets = problem(device)
    log = broken.fit(model, inputs, targets, steps=4, lr=1.25, max_norm=1.0)
    wanted = [[25 * 2.25**k, 0.0] for k in range(4)]
    close([list(entry) for entry in log], wanted, "the log of 4 steps, with norms of 0")
