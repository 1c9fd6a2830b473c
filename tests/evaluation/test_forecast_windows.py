"""Windows of a series: what `windows` promises.

Trained before the cut, tested from the cut on, and no window given up that may be used.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata.checks import equal, raises

pytestmark = pytest.mark.float64

SHAPES = [(1, 1), (3, 1), (1, 2), (2, 2), (3, 4), (4, 3), (1, 5)]


def series(steps, device):
    """The value of a step is its number; the second feature is its negative."""
    numbers = torch.arange(steps, dtype=torch.float64, device=device)
    return torch.stack([numbers, -numbers], dim=1)


def steps_of(part):
    """The steps of each window of a part, as lists of (past steps, future steps)."""
    return [[[int(x) for x in half[i, :, 0]] for half in part] for i in range(len(part[0]))]


def every_window(steps, past, future):
    """All there are, written down by hand: [past steps, future steps]."""
    starts = range(steps - past - future + 1)
    return [[list(range(i, i + past)), list(range(i + past, i + past + future))] for i in starts]


# What windows promises


@pytest.mark.parametrize(("past", "future"), SHAPES)
def test_nothing_from_the_cut_on_is_trained_on(solution, device, past, future):
    for cut in (past + future, 9, 10):
        train, _ = solution.windows(series(16, device), past, future, cut)
        wanted = [window for window in every_window(16, past, future) if window[1][-1] < cut]
        equal(steps_of(train), wanted, f"the training windows, {past} back, {future} ahead, cut at {cut}")


# What already works and must stay


@pytest.mark.parametrize(("past", "future"), SHAPES)
def test_every_forecast_from_the_cut_on_is_tested(solution, device, past, future):
    for cut in (past + future, 9, 16 - future):
        _, test = solution.windows(series(16, device), past, future, cut)
        wanted = [window for window in every_window(16, past, future) if window[1][0] >= cut]
        equal(steps_of(test), wanted, f"the test windows, {past} back, {future} ahead, cut at {cut}")


def test_one_step_ahead_no_window_is_lost(solution, device):
    train, test = solution.windows(series(10, device), 3, 1, 6)
    wanted = every_window(10, 3, 1)
    equal(steps_of(train) + steps_of(test), wanted, "all windows of both parts, one step ahead")


def test_all_features_come_along(solution, device):
    data = series(9, device)
    for part in solution.windows(data, 2, 2, 5):
        for half in part:
            equal(half[..., 1], -half[..., 0], "the second feature, which is the negative of the first")
            equal(half.shape[2], 2, "the number of features")


def test_the_series_and_the_windows_are_apart(solution, device):
    data = series(12, device)
    train, test = solution.windows(data, 2, 2, 6)
    before = test[0].clone()
    train[0].fill_(99.0)
    train[1].fill_(99.0)
    equal(data, series(12, device), "the series after the training windows were overwritten")
    equal(test[0], before, "the test windows after the training windows were overwritten")
    test[0].fill_(99.0)
    test[1].fill_(99.0)
    equal(data, series(12, device), "the series after the test windows were overwritten")


@pytest.mark.parametrize("cut", [0, 4, 11, 20])
def test_a_cut_that_leaves_no_window_on_one_side_is_refused(solution, device, cut):
    with raises(ValueError, "fits", f"2 back and 3 ahead in 13 steps, cut at {cut}"):
        solution.windows(series(13, device), 2, 3, cut)


# The documented failure


def test_training_targets_reach_across_the_cut(broken, device):
    train, test = broken.windows(series(16, device), 2, 4, 9)
    equal(steps_of(train)[-1], [[6, 7], [8, 9, 10, 11]], "the last training window, where the cut is at 9")
    equal(steps_of(test)[0], [[7, 8], [9, 10, 11, 12]], "the first test window")
    late = sorted({step for _, future in steps_of(train) for step in future if step >= 9})
    equal(late, [9, 10, 11], "the training targets from the cut on, which should be none")
