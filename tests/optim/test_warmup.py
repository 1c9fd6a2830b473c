"""Warmup and decay of the learning rate: what `train` promises.

Every step has the rate that the docstring names, from the first to the last, and the log says so.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import warnings

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

# (steps, warmup) and the rates as parts of the peak, counted out by hand.
SCHEDULES = {
    (5, 2): [1 / 2, 1, 3 / 4, 1 / 2, 1 / 4],
    (4, 4): [1 / 4, 1 / 2, 3 / 4, 1],
    (4, 1): [1, 3 / 4, 1 / 2, 1 / 4],
    (7, 3): [1 / 3, 2 / 3, 1, 4 / 5, 3 / 5, 2 / 5, 1 / 5],
    (2, 2): [1 / 2, 1],
    (1, 1): [1],
}


def problem(device, steps, start=3.0):
    """One weight w, the input 1 and the target 0 in every batch: the error is w², its slope 2 w."""
    model = torch.nn.Linear(1, 1, bias=False, dtype=torch.float64, device=device)
    torch.nn.init.constant_(model.weight, start)
    inputs = torch.ones(1, 1, dtype=torch.float64, device=device)
    return model, [(inputs, torch.zeros_like(inputs))] * steps


def by_hand(rates, start=3.0):
    """The errors before the steps, and the weight after them."""
    weight, errors = start, []
    for rate in rates:
        errors.append(weight**2)
        weight -= rate * 2 * weight
    return errors, weight


def run(module, device, steps, warmup, peak):
    """The log, the weight after training, and how often the scheduler warned."""
    model, batches = problem(device, steps)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        log = module.train(model, batches, peak=peak, warmup=warmup)
    return log, model.weight.detach(), sum("lr_scheduler.step()" in str(w.message) for w in caught)


def errors_of(log):
    return [error for error, _ in log]


def rates_of(log):
    return [rate for _, rate in log]


# What train promises


def test_the_log_shows_the_rate_of_every_step(solution, device):
    for (steps, warmup), parts in SCHEDULES.items():
        situation = f"of {steps} steps with a warmup of {warmup}"
        log, _, _ = run(solution, device, steps, warmup, peak=0.25)
        close(rates_of(log), [0.25 * part for part in parts], f"the rates in the log {situation}")


def test_the_weight_moves_by_the_rate_of_every_step(solution, device):
    for (steps, warmup), parts in SCHEDULES.items():
        situation = f"of {steps} steps with a warmup of {warmup}"
        for peak in (0.25, 0.1):
            log, weight, _ = run(solution, device, steps, warmup, peak)
            errors, last = by_hand([peak * part for part in parts])
            close(errors_of(log), errors, f"the errors {situation} and a peak of {peak}")
            close(weight, [[last]], f"the weight at the end {situation} and a peak of {peak}")


def test_every_batch_is_used_once_and_in_order(solution, device):
    model, batches = problem(device, 4)
    batches = [(inputs, targets + k) for k, (inputs, targets) in enumerate(batches)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        solution.train(model, batches, peak=0.25, warmup=2)
    weight = 3.0
    for target, part in enumerate([1 / 2, 1, 2 / 3, 1 / 3]):
        weight -= 0.25 * part * 2 * (weight - target)
    close(model.weight, [[weight]], "the weight after 4 batches with targets 0, 1, 2, 3")


# What already works and must stay


def test_there_is_an_entry_for_every_batch_and_the_first_is_from_before_training(solution, device):
    log, _, _ = run(solution, device, 5, 2, peak=0.25)
    equal(len(log), 5, "the number of entries after 5 batches")
    close(log[0][0], 9.0, "the first error")


@pytest.mark.parametrize(("steps", "warmup"), [(0, 1), (0, 0), (3, 0), (3, 4)])
def test_a_warmup_that_does_not_fit_is_refused_and_changes_nothing(solution, device, steps, warmup):
    model, batches = problem(device, steps)
    with raises(ValueError, "does not fit", f"a warmup of {warmup} steps with {steps} batches"):
        solution.train(model, batches, peak=0.25, warmup=warmup)
    close(model.weight, [[3.0]], "the weight after the refusal")


# The documented failure


def test_it_warns_starts_with_the_second_rate_and_ends_with_zero(broken, device):
    log, weight, warned = run(broken, device, 5, 2, peak=0.25)
    rates = [0.25, 0.25 * 3 / 4, 0.25 / 2, 0.25 / 4, 0.0]
    errors, last = by_hand(rates)
    situation = "of 5 steps with a warmup of 2"
    close(rates_of(log), rates, f"the rates {situation}, all of them one step early")
    close(errors_of(log), errors, f"the errors {situation}")
    close(weight, [[last]], f"the weight at the end {situation}")
    equal(warned, 1, "the number of warnings about the scheduler's order")


def test_the_last_batch_is_wasted(broken, device):
    model, batches = problem(device, 3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        broken.train(model, [*batches[:2], (batches[2][0], batches[2][1] + 1000.0)], peak=0.25, warmup=1)
    # the rates are 2/3 and 1/3 of the peak, then 0 for the batch with the target 1000
    close(model.weight, [[3.0 * (1 - 1 / 3) * (1 - 1 / 6)]], "the weight after 3 batches")
