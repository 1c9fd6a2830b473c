"""A run that's saved and continued with another learning rate: what `continue_run` promises.

A weight and a bias get gradients from a list, so that every step of AdamW can be worked out by hand.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import io
import math

import pytest
import torch

from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

SLOPES = [4.0, -1.0, 2.0, 0.5, -3.0, 1.0]  # of the weight by step; those of the bias are twice as large
STARTS = [2.0, -1.0]
NEAR = {"rtol": 1e-6, "atol": 1e-7}


def model_of(device):
    model = torch.nn.Linear(1, 1, dtype=torch.float64, device=device)
    for parameter, value in zip(model.parameters(), STARTS):
        torch.nn.init.constant_(parameter, value)
    return model


def steps(model, optimizer, slopes):
    for slope in slopes:
        for factor, parameter in enumerate(model.parameters(), start=1):
            parameter.grad = torch.full_like(parameter, factor * slope)
        optimizer.step()


def by_hand(rates, decay, betas):
    """Weight and bias after these steps of AdamW; only the weight decays."""
    values = []
    for factor, (value, own_decay) in enumerate(zip(STARTS, (decay, 0.0)), start=1):
        mean = square = 0.0
        for k, (rate, slope) in enumerate(zip(rates, SLOPES), start=1):
            value -= rate * own_decay * value
            mean = betas[0] * mean + (1 - betas[0]) * factor * slope
            square = betas[1] * square + (1 - betas[1]) * (factor * slope) ** 2
            size = math.sqrt(square / (1 - betas[1] ** k)) + 1e-8
            value -= rate * mean / (1 - betas[0] ** k) / size
        values.append(value)
    return values


def saved(module, device, lr=0.5, decay=0.0, betas=(0.9, 0.999), count=3):
    """A file with a run of some steps."""
    model = model_of(device)
    optimizer = module.make_optimizer(model, lr, decay, betas)
    steps(model, optimizer, SLOPES[:count])
    file = io.BytesIO()
    module.save_run(file, model, optimizer, count)
    file.seek(0)
    return file


def values_of(model):
    return [parameter.item() for parameter in model.parameters()]


# What continue_run promises


@pytest.mark.parametrize("lr", [0.125, 2.0])
def test_the_next_steps_have_the_new_rate_and_the_old_averages(solution, device, lr):
    model = model_of(device)
    optimizer, _ = solution.continue_run(saved(solution, device), model, lr)
    steps(model, optimizer, SLOPES[3:])
    wanted = by_hand([0.5] * 3 + [lr] * 3, 0.0, (0.9, 0.999))
    close(values_of(model), wanted, f"weight and bias after 3 steps at 0.5 and 3 at {lr}", **NEAR)


def test_decay_and_betas_are_those_of_the_file(solution, device):
    model, betas = model_of(device), (0.5, 0.75)
    file = saved(solution, device, decay=0.25, betas=betas)
    optimizer, _ = solution.continue_run(file, model, 0.125)
    steps(model, optimizer, SLOPES[3:])
    wanted = by_hand([0.5] * 3 + [0.125] * 3, 0.25, betas)
    close(values_of(model), wanted, "weight and bias, with decay and with betas of 0.5 and 0.75", **NEAR)


def test_the_optimizer_reports_the_new_rate(solution, device):
    optimizer, _ = solution.continue_run(saved(solution, device), model_of(device), 0.125)
    close([group["lr"] for group in optimizer.param_groups], [0.125] * 2, "the rates of both groups")


# What already works and must stay


def test_with_the_old_rate_it_goes_on_as_if_it_had_not_stopped(solution, device):
    model, betas = model_of(device), (0.5, 0.75)
    file = saved(solution, device, decay=0.25, betas=betas)
    optimizer, step = solution.continue_run(file, model, 0.5)
    equal(step, 3, "the step of the run")
    steps(model, optimizer, SLOPES[3:])
    close(values_of(model), by_hand([0.5] * 6, 0.25, betas), "weight and bias after 6 steps at 0.5", **NEAR)


def test_the_model_is_the_saved_one(solution, device):
    model = model_of(device)
    torch.nn.init.zeros_(model.weight)
    _, step = solution.continue_run(saved(solution, device, count=2), model, 0.125)
    equal(step, 2, "the step of the run")
    close(values_of(model), by_hand([0.5] * 2, 0.0, (0.9, 0.999)), "weight and bias of the saved run", **NEAR)


def test_the_groups_are_matrices_and_the_rest(solution, device):
    model = model_of(device)
    optimizer, _ = solution.continue_run(saved(solution, device, decay=0.25), model, 0.125)
    owners = [[id(parameter) for parameter in group["params"]] for group in optimizer.param_groups]
    equal(owners == [[id(model.weight)], [id(model.bias)]], True, "whether the groups hold weight and bias")
    decays = [group["weight_decay"] for group in optimizer.param_groups]
    close(decays, [0.25, 0.0], "the decay of both groups")


def test_a_new_optimizer_has_the_rate_given(solution, device):
    optimizer = solution.make_optimizer(model_of(device), 0.75)
    close([group["lr"] for group in optimizer.param_groups], [0.75] * 2, "the rates of a new optimizer")


# The documented failure


@pytest.mark.parametrize("lr", [0.125, 2.0])
def test_the_run_goes_on_at_the_old_rate(broken, device, lr):
    model = model_of(device)
    optimizer, _ = broken.continue_run(saved(broken, device), model, lr)
    close(
        [group["lr"] for group in optimizer.param_groups], [0.5] * 2, f"the rates, where {lr} was asked for"
    )
    steps(model, optimizer, SLOPES[3:])
    wanted = by_hand([0.5] * 6, 0.0, (0.9, 0.999))
    close(values_of(model), wanted, "weight and bias after 6 steps at 0.5", **NEAR)
