"""A cosine schedule over the updates of a run: what `train` promises.

The model is one weight w that sees the input 1, so that the gradient of a batch is 2 (w - its target).
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import math

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

TARGETS = [4.0, -2.0, 1.0, 3.0, -1.0, 0.5, 2.0]
# (batches, epochs, accumulate) and the number of updates, counted by hand.
RUNS = {(4, 1, 2): 2, (6, 2, 3): 4, (5, 2, 2): 6, (5, 3, 2): 9, (7, 2, 3): 6, (3, 2, 8): 2}


def cosine(lr, updates):
    return [lr * (1 + math.cos(math.pi * k / updates)) / 2 for k in range(updates)]


def run(module, device, batches, epochs, accumulate, lr=0.25):
    """The rates that `train` returns, and the weight after it."""
    model = torch.nn.Linear(1, 1, bias=False, dtype=torch.float64, device=device)
    torch.nn.init.zeros_(model.weight)
    one = torch.ones(1, 1, dtype=torch.float64, device=device)
    pairs = [(one, one * target) for target in TARGETS[:batches]]
    rates = module.train(model, pairs, epochs=epochs, lr=lr, accumulate=accumulate)
    return rates, model.weight.detach()


def by_hand(batches, epochs, accumulate, rates):
    """The weight after these updates, each by the mean over its batches."""
    windows = [TARGETS[:batches][k : k + accumulate] for k in range(0, batches, accumulate)] * epochs
    weight = 0.0
    for window, rate in zip(windows, rates, strict=True):
        weight -= rate * 2 * (weight - sum(window) / len(window))
    return weight


def described(batches, epochs, accumulate):
    return f"{batches} batches, {epochs} epochs, {accumulate} batches for an update"


# What train promises


def test_the_rates_run_through_the_cosine_once(solution, device):
    for setting, updates in RUNS.items():
        rates, _ = run(solution, device, *setting, lr=0.1)
        close(rates, cosine(0.1, updates), f"the rates of all updates ({described(*setting)})")


def test_the_weight_moves_with_these_rates(solution, device):
    for setting, updates in RUNS.items():
        _, weight = run(solution, device, *setting)
        wanted = by_hand(*setting, cosine(0.25, updates))
        close(weight, [[wanted]], f"the weight at the end ({described(*setting)})")


# What already works and must stay


@pytest.mark.parametrize(("batches", "epochs"), [(4, 1), (5, 3), (1, 4), (1, 1)])
def test_one_batch_for_an_update_follows_the_cosine(solution, device, batches, epochs):
    setting = (batches, epochs, 1)
    rates, weight = run(solution, device, *setting)
    wanted = cosine(0.25, batches * epochs)
    close(rates, wanted, f"the rates of all updates ({described(*setting)})")
    close(weight, [[by_hand(*setting, wanted)]], f"the weight at the end ({described(*setting)})")


def test_the_batches_that_are_left_make_an_update_by_their_mean(solution, device):
    for setting, updates in RUNS.items():
        rates, weight = run(solution, device, *setting)
        equal(len(rates), updates, f"the number of updates ({described(*setting)})")
        close(
            weight, [[by_hand(*setting, rates)]], f"the weight, by the rates returned ({described(*setting)})"
        )


def test_the_first_update_has_the_full_rate(solution, device):
    for setting in ((5, 2, 2), (3, 2, 8)):
        rates, _ = run(solution, device, *setting)
        close(rates[0], 0.25, f"the rate of the first update ({described(*setting)})")


@pytest.mark.parametrize(("batches", "accumulate"), [(0, 2), (4, 0), (4, -1)])
def test_what_makes_no_update_is_refused_and_changes_nothing(solution, device, batches, accumulate):
    model = torch.nn.Linear(1, 1, dtype=torch.float64, device=device)
    before = [parameter.detach().clone() for parameter in model.parameters()]
    one = torch.ones(1, 1, dtype=torch.float64, device=device)
    with raises(ValueError, "", f"{batches} batches, {accumulate} for an update"):
        solution.train(model, [(one, one)] * batches, epochs=1, lr=0.25, accumulate=accumulate)
    for parameter, value in zip(model.parameters(), before, strict=True):
        equal(parameter.detach(), value, "a parameter after the refusal")


# The documented failure


def test_the_cosine_has_only_begun_when_the_run_ends(broken, device):
    rates, _ = run(broken, device, 4, 1, 4)
    close(rates, [0.25], "the rate of the only update")
    rates, weight = run(broken, device, 5, 2, 2)
    wanted = cosine(0.25, 10)[:6]
    close(rates, wanted, "the rates of 6 updates, on a cosine for 10 batches")
    close(weight, [[by_hand(5, 2, 2, wanted)]], "the weight after 6 updates")


def test_the_more_batches_an_update_takes_the_less_the_rate_falls(broken, device):
    last = [run(broken, device, 6, 2, accumulate)[0][-1] for accumulate in (1, 2, 3, 6)]
    wanted = [0.125 * (1 + math.cos(math.pi * k / 12)) for k in (11, 5, 3, 1)]
    close(last, wanted, "the last rate with 1, 2, 3 and 6 batches for an update")
