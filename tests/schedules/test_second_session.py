"""A run in two sessions: what `resume_run` promises.

A weight and a bias get gradients from a list, so that every step of SGD with momentum can be worked out by
hand. `solution` is the file under test, `broken` the one in broken/.
"""

import io

import pytest
import torch

from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

SLOPES = [
    4.0,
    -1.0,
    2.0,
    0.5,
    -3.0,
    1.0,
    2.0,
    -0.5,
]  # of the weight by step; those of the bias are twice as large
STARTS = [2.0, -1.0]
LR, TOTAL = 0.5, 8


def model_of(device):
    model = torch.nn.Linear(1, 1, dtype=torch.float64, device=device)
    for parameter, value in zip(model.parameters(), STARTS):
        torch.nn.init.constant_(parameter, value)
    return model


def steps(model, optimizer, schedule, slopes):
    """Take these steps; return the rates of each."""
    rates = []
    for slope in slopes:
        rates.append([group["lr"] for group in optimizer.param_groups])
        for factor, parameter in enumerate(model.parameters(), start=1):
            parameter.grad = torch.full_like(parameter, factor * slope)
        optimizer.step()
        schedule.step()
    return rates


def rates_by_hand(first, last, total=TOTAL, lr=LR):
    return [[rate * (1 - k / total) for rate in (lr, lr / 4)] for k in range(first, last)]


def values_by_hand(rates, slopes=SLOPES):
    values = []
    for group, value in enumerate(STARTS):
        average = 0.0
        for pair, slope in zip(rates, slopes):
            average = 0.5 * average + (group + 1) * slope
            value -= pair[group] * average
        values.append(value)
    return values


def saved(module, device, count, lr=LR, total=TOTAL):
    """A file with a run of `count` steps."""
    model = model_of(device)
    optimizer = module.make_optimizer(model, lr)
    schedule = module.make_schedule(optimizer, total)
    steps(model, optimizer, schedule, SLOPES[:count])
    file = io.BytesIO()
    module.save_run(file, model, optimizer, schedule)
    file.seek(0)
    return file


def values_of(model):
    return [parameter.item() for parameter in model.parameters()]


def resumed(module, device, count):
    model = model_of(device)
    return model, *module.resume_run(saved(module, device, count), model, LR, TOTAL)


# What resume_run promises


@pytest.mark.parametrize("count", [1, 3, 7])
def test_the_steps_are_those_of_a_run_without_interruption(solution, device, count):
    model, optimizer, schedule = resumed(solution, device, count)
    steps(model, optimizer, schedule, SLOPES[count:])
    wanted = values_by_hand(rates_by_hand(0, TOTAL))
    close(values_of(model), wanted, f"weight and bias after 8 steps, with a break after {count}")


@pytest.mark.parametrize("count", [1, 3, 7])
def test_all_rates_continue_where_they_were(solution, device, count):
    rates = steps(*resumed(solution, device, count), SLOPES[count:])
    for k, (got, wanted) in enumerate(zip(rates, rates_by_hand(count, TOTAL)), start=count):
        close(got, wanted, f"the rates of step {k}, with a break after {count}")


def test_what_the_schedule_reports_is_what_the_optimizer_has(solution, device):
    _, optimizer, schedule = resumed(solution, device, 5)
    wanted = rates_by_hand(5, 6)[0]
    close([group["lr"] for group in optimizer.param_groups], wanted, "the rates in the groups after loading")
    close(list(schedule.get_last_lr()), wanted, "the rates that the schedule reports after loading")


def test_three_sessions_are_like_one(solution, device):
    model, optimizer, schedule = resumed(solution, device, 2)
    steps(model, optimizer, schedule, SLOPES[2:5])
    file = io.BytesIO()
    solution.save_run(file, model, optimizer, schedule)
    file.seek(0)
    model = model_of(device)
    optimizer, schedule = solution.resume_run(file, model, LR, TOTAL)
    rates = steps(model, optimizer, schedule, SLOPES[5:])
    for k, (got, wanted) in enumerate(zip(rates, rates_by_hand(5, TOTAL)), start=5):
        close(got, wanted, f"the rates of step {k}, in the third session")
    close(values_of(model), values_by_hand(rates_by_hand(0, TOTAL)), "weight and bias after three sessions")


# What already works and must stay


def test_a_run_that_has_not_begun_can_be_resumed(solution, device):
    model, optimizer, schedule = resumed(solution, device, 0)
    steps(model, optimizer, schedule, SLOPES)
    wanted = values_by_hand(rates_by_hand(0, TOTAL))
    close(values_of(model), wanted, "weight and bias after 8 steps, saved before the first")


def test_without_an_interruption_the_rates_fall_in_a_line(solution, device):
    model = model_of(device)
    optimizer = solution.make_optimizer(model, 2.0)
    rates = steps(model, optimizer, solution.make_schedule(optimizer, 4), SLOPES[:4])
    close(rates, rates_by_hand(0, 4, 4, 2.0), "the rates of a run of 4 steps")
    wanted = values_by_hand(rates_by_hand(0, 4, 4, 2.0))
    close(values_of(model), wanted, "weight and bias after 4 steps")


def test_the_model_is_the_saved_one(solution, device):
    model, *_ = resumed(solution, device, 3)
    close(values_of(model), values_by_hand(rates_by_hand(0, 3)), "weight and bias of the saved run")


def test_the_averages_of_the_gradients_are_the_saved_ones(solution, device):
    model, optimizer, _ = resumed(solution, device, 2)
    got = [optimizer.state[p]["momentum_buffer"].item() for p in model.parameters()]
    close(got, [0.5 * 4.0 - 1.0, 0.5 * 8.0 - 2.0], "the averages after loading")


def test_the_groups_are_matrices_and_the_rest(solution, device):
    model, optimizer, _ = resumed(solution, device, 3)
    owners = [[id(parameter) for parameter in group["params"]] for group in optimizer.param_groups]
    equal(owners == [[id(model.weight)], [id(model.bias)]], True, "whether the groups hold weight and bias")


# The documented failure


@pytest.mark.parametrize("count", [1, 7])
def test_the_first_step_has_the_rate_of_the_beginning(broken, device, count):
    _, optimizer, schedule = resumed(broken, device, count)
    rates = [group["lr"] for group in optimizer.param_groups]
    close(rates, [LR, LR / 4], f"the rates in the groups, after {count} steps")
    close(list(schedule.get_last_lr()), rates_by_hand(count, count + 1)[0], "what the schedule reports")


def test_from_the_second_step_on_all_is_well(broken, device):
    model, optimizer, schedule = resumed(broken, device, 5)
    rates = steps(model, optimizer, schedule, SLOPES[5:])
    close(rates[1:], rates_by_hand(6, TOTAL), "the rates of the steps after the first")
    wanted = rates_by_hand(0, TOTAL)
    wanted[5] = [LR, LR / 4]
    close(values_of(model), values_by_hand(wanted), "weight and bias after 8 steps")
