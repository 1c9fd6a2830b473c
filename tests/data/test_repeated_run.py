"""Epochs that can be repeated: what `epochs` and `augment` promise.

The seed decides everything, and chance still does its work.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import random

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64


def rows_of(device, count=5):
    """Row i is 3 i, 3 i + 1, 3 i + 2: its first number tells which row it is, and whether it's turned."""
    return torch.arange(3 * count, dtype=torch.float64, device=device).reshape(count, 3)


def stir(number):
    """What a process may have done before: both generators somewhere else."""
    torch.manual_seed(1000 + number)
    random.seed(2000 + number)


def turned(epoch):
    return (epoch[:, 0] > epoch[:, 2]).tolist()


def order_of(epoch):
    return (epoch.min(dim=1).values / 3).long().tolist()


# What they promise


@pytest.mark.parametrize("seed", [0, 7])
def test_the_same_seed_gives_the_same_epochs(solution, device, seed):
    stir(0)
    first = solution.epochs(rows_of(device), 4, seed)
    for number in (1, 2):
        stir(number)
        again = solution.epochs(rows_of(device), 4, seed)
        same = [torch.equal(a, b) for a, b in zip(first, again)]
        equal(same, [True] * 4, f"which epochs of another run with seed {seed} are as in the first")


def test_the_rows_that_are_turned_are_the_same_too(solution, device):
    runs = []
    for number in range(3):
        stir(number)
        runs.append([turned(epoch) for epoch in solution.epochs(rows_of(device), 12, 3, noise=0.0)])
    for number, run in enumerate(runs):
        equal(run == runs[0], True, f"whether run {number} turns the same rows as run 0")


def test_the_seed_decides_which_rows_are_turned(solution, device):
    seen = set()
    for seed in range(4):
        stir(0)
        seen.add(str([turned(epoch) for epoch in solution.epochs(rows_of(device), 12, seed, noise=0.0)]))
    equal(len(seen), 4, "how many different choices four seeds make")


# What already works and must stay


def test_the_seed_decides_order_and_noise(solution, device):
    orders, noises = set(), set()
    for seed in range(4):
        stir(0)
        orders.add(str([order_of(epoch) for epoch in solution.epochs(rows_of(device), 6, seed, noise=0.0)]))
        stir(0)
        noises.add(str(solution.epochs(rows_of(device) * 0, 1, seed)[0].tolist()))
    equal((len(orders), len(noises)), (4, 4), "how many different orders and noises four seeds make")


def test_within_a_run_the_orders_differ(solution, device):
    stir(0)
    run = solution.epochs(rows_of(device), 12, seed=1, noise=0.0)
    orders = {str(order_of(epoch)) for epoch in run}
    equal(len(orders) > 8, True, "whether twelve epochs have different orders")


def test_within_a_run_other_places_are_turned(solution, device):
    stir(0)
    run = solution.epochs(rows_of(device), 12, seed=1, noise=0.0)
    places = {str(turned(epoch)) for epoch in run}
    equal(len(places) > 4, True, "whether twelve epochs turn the rows at different places")


def test_about_half_of_all_rows_are_turned_one_by_one(solution, device):
    stir(0)
    choices = [turned(epoch) for epoch in solution.epochs(rows_of(device), 200, seed=2, noise=0.0)]
    share = sum(map(sum, choices)) / 1000
    equal(0.35 < share < 0.65, True, f"whether about half of 1000 rows are turned (it's {share})")
    mixed = sum(any(choice) and not all(choice) for choice in choices)
    equal(mixed > 100, True, "whether most epochs have turned rows beside others")


def test_each_epoch_has_every_row_once(solution, device):
    stir(0)
    for epoch in solution.epochs(rows_of(device), 4, seed=5, noise=0.0):
        numbers = sorted(epoch.flatten().tolist())
        equal(numbers, [float(x) for x in range(15)], "the numbers of an epoch, sorted")


def test_the_noise_has_its_size(solution, device):
    stir(0)
    zeros = torch.zeros(100, 4, dtype=torch.float64, device=device)
    small, large = (solution.epochs(zeros, 1, seed=3, noise=noise)[0] for noise in (0.5, 1.0))
    equal(
        bool(0.4 < small.std() < 0.6 and 0.8 < large.std() < 1.2),
        True,
        "whether the noise has about its size",
    )
    close(solution.augment(zeros[0], 0.0), [0.0] * 4, "a row of zeros with noise 0")


def test_the_rows_are_left_as_they_were(solution, device):
    rows = rows_of(device)
    solution.epochs(rows, 3, seed=0)
    equal(rows, rows_of(device), "the rows after three epochs")


@pytest.mark.parametrize("count", [0, -1])
def test_no_epochs_are_refused(solution, device, count):
    with raises(ValueError, "one epoch", f"{count} epochs"):
        solution.epochs(rows_of(device), count, seed=0)


# The documented failure


def test_the_order_is_repeated_and_the_turns_are_not(broken, device):
    runs = []
    for number in range(2):
        random.seed(number)
        runs.append(broken.epochs(rows_of(device), 12, seed=1, noise=0.0))
    same = [order_of(e) for e in runs[0]] == [order_of(e) for e in runs[1]]
    equal(same, True, "whether both runs have the same orders")
    same = [turned(e) for e in runs[0]] == [turned(e) for e in runs[1]]
    equal(same, False, "whether the same rows are turned in both runs")
