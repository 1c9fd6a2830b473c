"""Gradient descent with a falling rate and a bound on the gradient: what `fit` promises.

Most models are one weight w that sees the input 1 and the target 0: the error is w², its slope 2 w.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import math
import warnings

import pytest
import torch

from torchkata.checks import close, equal

pytestmark = pytest.mark.float64


def problem(device, start=3.0):
    model = torch.nn.Linear(1, 1, bias=False, dtype=torch.float64, device=device)
    torch.nn.init.constant_(model.weight, start)
    inputs = torch.ones(1, 1, dtype=torch.float64, device=device)
    return model, inputs, torch.zeros_like(inputs)


def run(module, device, steps, lr, gamma, max_norm, start=3.0):
    """The log, the weight after it, and what was warned."""
    model, inputs, targets = problem(device, start)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        log = module.fit(model, inputs, targets, steps, lr, gamma, max_norm)
    return log, model.weight.detach(), [str(warning.message) for warning in caught]


def by_hand(steps, lr, gamma, max_norm, start=3.0):
    """Errors and norms before the steps, and the weight after them."""
    weight, log = start, []
    for k in range(steps):
        slope = 2 * weight
        log.append((weight**2, abs(slope)))
        if abs(slope) > max_norm:
            slope = math.copysign(max_norm, slope)
        weight -= lr * gamma**k * slope
    return log, weight


# What fit promises


@pytest.mark.parametrize(("lr", "gamma"), [(0.25, 1.0), (0.25, 0.5), (0.75, 0.75)])
def test_the_error_falls_by_the_formula(solution, device, lr, gamma):
    log, weight, _ = run(solution, device, 4, lr, gamma, 100.0)
    wanted, last = by_hand(4, lr, gamma, 100.0)
    situation = f"with lr {lr} and gamma {gamma}"
    close([error for error, _ in log], [error for error, _ in wanted], f"the errors of 4 steps {situation}")
    close([norm for _, norm in log], [norm for _, norm in wanted], f"the norms of 4 steps {situation}")
    close(weight, [[last]], f"the weight after 4 steps {situation}", rtol=1e-5, atol=1e-5)


def test_large_gradients_are_scaled_down(solution, device):
    log, weight, _ = run(solution, device, 5, 0.5, 0.5, 2.0)
    wanted, last = by_hand(5, 0.5, 0.5, 2.0)
    near = {"rtol": 1e-4, "atol": 1e-4}  # clip_grad_norm_ adds a millionth to the norm
    close([norm for _, norm in log], [norm for _, norm in wanted], "the norms before the scaling", **near)
    close(weight, [[last]], "the weight after 5 steps, the first ones with a gradient above 2", **near)


def test_all_parameters_share_one_norm(solution, device):
    model = torch.nn.Linear(1, 1, dtype=torch.float64, device=device)
    for parameter in model.parameters():
        torch.nn.init.zeros_(parameter)
    inputs = torch.full((1, 1), 2.0, dtype=torch.float64, device=device)
    log = solution.fit(model, inputs, inputs * 5, 1, 1.0, 1.0, 0.5)
    # the slopes are 2 * (0 - 10) * 2 = -40 and -20
    close(log[0][1], math.hypot(40, 20), "the norm over weight and bias")
    wanted = [0.5 * 40 / math.hypot(40, 20), 0.5 * 20 / math.hypot(40, 20)]
    got = [parameter.item() for parameter in model.parameters()]
    close(got, wanted, "weight and bias after a step of length 0.5", rtol=1e-5, atol=1e-5)


def test_every_step_moves_the_weights_once(solution, device):
    _, weight, warned = run(solution, device, 1, 0.25, 0.5, 100.0)
    close(weight, [[1.5]], "the weight after one step from 3.0 with a rate of 0.25")
    equal([text for text in warned if "lr_scheduler" in text], [], "warnings about the scheduler")


# What already works and must stay


def test_the_log_begins_with_the_start(solution, device):
    log, _, _ = run(solution, device, 3, 0.25, 0.5, 1.0)
    equal(len(log), 3, "the number of entries after 3 steps")
    close(log[0][0], 9.0, "the first error")
    close(log[0][1], 6.0, "the first norm, before any scaling")


def test_no_steps_change_nothing(solution, device):
    log, weight, _ = run(solution, device, 0, 0.25, 0.5, 1.0)
    equal(log, [], "the log of no steps")
    close(weight, [[3.0]], "the weight after no steps")


def test_a_frozen_parameter_stays_as_it_is(solution, device):
    model = torch.nn.Linear(1, 1, dtype=torch.float64, device=device)
    torch.nn.init.constant_(model.weight, 2.0)
    torch.nn.init.zeros_(model.bias)
    model.weight.requires_grad_(False)
    inputs = torch.ones(1, 1, dtype=torch.float64, device=device)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        log = solution.fit(model, inputs, torch.zeros_like(inputs), 1, 0.25, 1.0, 100.0)
    close(model.weight.detach(), [[2.0]], "the frozen weight after a step")
    equal(model.weight.grad is None, True, "whether the frozen weight is without a gradient")
    close(log[0][1], 4.0, "the norm, of the bias alone")


# The documented failure


def test_nothing_moves_and_torch_warns(broken, device):
    log, weight, warned = run(broken, device, 4, 0.25, 0.5, 100.0)
    close([error for error, _ in log], [9.0] * 4, "the errors of 4 steps")
    close(weight, [[3.0]], "the weight after 4 steps")
    early = sum("`lr_scheduler.step()` before `optimizer.step()`" in message for message in warned)
    equal(early, 1, "the number of warnings about the scheduler's order")


def test_the_norm_is_the_same_in_every_step(broken, device):
    log, _, _ = run(broken, device, 4, 0.25, 0.5, 1.0)
    close([norm for _, norm in log], [6.0] * 4, "the norms of 4 steps")
