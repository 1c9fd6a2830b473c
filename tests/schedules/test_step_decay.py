"""A warmup and a rate that drops every few epochs: what `train` promises.

The model is one weight w that sees the input 1, so that the gradient of a batch is 2 (w - its target).
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import warnings

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

TARGETS = [4.0, -2.0, 1.0, 3.0]
# (batches, epochs, warmup, patience): several batches in an epoch, and a drop in the run.
RUNS = [(4, 3, 1, 1), (4, 4, 3, 2), (3, 4, 5, 1), (2, 6, 4, 3)]


def by_hand(batches, epochs, warmup, patience, lr, gamma):
    """The rate of each step, by the two factors."""
    return [
        lr * min(1.0, (epoch * batches + k + 1) / warmup) * gamma ** (epoch // patience)
        for epoch in range(epochs)
        for k in range(batches)
    ]


def weight_after(batches, rates):
    weight = 0.0
    for k, rate in enumerate(rates):
        weight -= rate * 2 * (weight - TARGETS[k % batches])
    return weight


def run(module, device, batches, epochs, warmup, patience, lr=0.25, gamma=0.5):
    """The rates that `train` returns, the weight after it, and the number of warnings about the order."""
    model = torch.nn.Linear(1, 1, bias=False, dtype=torch.float64, device=device)
    torch.nn.init.zeros_(model.weight)
    one = torch.ones(3, 1, dtype=torch.float64, device=device)
    pairs = [(one, one * target) for target in TARGETS[:batches]]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        rates = module.train(model, pairs, epochs, lr, warmup, patience, gamma)
    return rates, model.weight.detach(), sum("lr_scheduler" in str(w.message) for w in caught)


def described(batches, epochs, warmup, patience):
    return f"{epochs} epochs of {batches} batches, warmup {warmup}, a drop every {patience} epochs"


# What train promises


@pytest.mark.parametrize("setting", RUNS)
def test_the_rate_drops_between_epochs_and_nowhere_else(solution, device, setting):
    rates, weight, _ = run(solution, device, *setting)
    wanted = by_hand(*setting, lr=0.25, gamma=0.5)
    close(rates, wanted, f"the rates of all steps ({described(*setting)})")
    close(weight, [[weight_after(setting[0], wanted)]], f"the weight at the end ({described(*setting)})")


def test_more_batches_in_an_epoch_do_not_make_it_drop_sooner(solution, device):
    for batches in (1, 2, 4):
        rates, _, _ = run(solution, device, batches, 3, 1, 2, lr=1.0, gamma=0.1)
        wanted = [1.0, 1.0, 0.1]
        close(rates[::batches], wanted, f"the first rate of each of 3 epochs of {batches} batches")


# What already works and must stay


@pytest.mark.parametrize(("epochs", "warmup", "patience"), [(5, 1, 2), (5, 3, 1), (4, 2, 3)])
def test_with_one_batch_an_epoch_is_a_step(solution, device, epochs, warmup, patience):
    setting = (1, epochs, warmup, patience)
    rates, weight, _ = run(solution, device, *setting)
    wanted = by_hand(*setting, lr=0.25, gamma=0.5)
    close(rates, wanted, f"the rates of all steps ({described(*setting)})")
    close(weight, [[weight_after(1, wanted)]], f"the weight at the end ({described(*setting)})")


def test_the_warmup_counts_steps(solution, device):
    rates, _, _ = run(solution, device, 4, 2, 6, 8)
    wanted = [0.25 * k / 6 for k in (1, 2, 3, 4, 5, 6, 6, 6)]
    close(rates, wanted, "the rates of 2 epochs of 4 batches, with a warmup of 6 steps and no drop")


def test_the_weight_moves_with_the_rates_that_are_returned(solution, device):
    rates, weight, warned = run(solution, device, 3, 4, 2, 1)
    equal(len(rates), 12, "the number of rates for 4 epochs of 3 batches")
    close(weight, [[weight_after(3, rates)]], "the weight after 12 steps, by the rates that are returned")
    equal(warned, 0, "the number of warnings about the order of the calls")


@pytest.mark.parametrize(("warmup", "patience"), [(0, 1), (1, 0), (-1, 2)])
def test_counts_below_one_are_refused_and_change_nothing(solution, device, warmup, patience):
    model = torch.nn.Linear(1, 1, dtype=torch.float64, device=device)
    before = [parameter.detach().clone() for parameter in model.parameters()]
    one = torch.ones(1, 1, dtype=torch.float64, device=device)
    with raises(ValueError, "", f"warmup={warmup}, patience={patience}"):
        solution.train(model, [(one, one)], 1, 0.25, warmup, patience)
    for parameter, value in zip(model.parameters(), before, strict=True):
        equal(parameter.detach(), value, "a parameter after the refusal")


# The documented failure


def test_the_rate_drops_within_the_first_epoch(broken, device):
    rates, weight, _ = run(broken, device, 4, 2, 1, 2)
    wanted = [0.25 * 0.5**k for k in (0, 0, 1, 1, 2, 2, 3, 3)]
    close(rates, wanted, "the rates of 2 epochs of 4 batches, with a drop every 2 batches")
    close(weight, [[weight_after(4, wanted)]], "the weight at the end")


def test_the_drops_eat_up_the_warmup(broken, device):
    rates, _, _ = run(broken, device, 4, 1, 4, 1)
    close(rates, [0.25 * k / 4 * 0.5 ** (k - 1) for k in (1, 2, 3, 4)], "the rates in the warmup")
