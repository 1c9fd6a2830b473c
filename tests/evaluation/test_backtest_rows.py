"""The table of a backtest: what `prepare` promises.

Mean and scale come from the past, and serve both parts.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

# The last column is constant before the cut at 4, and then it isn't.
ROWS = [
    [1.0, -2.0, 7.0],
    [3.0, 2.0, 7.0],
    [5.0, 0.0, 7.0],
    [3.0, 4.0, 7.0],
    [20.0, -3.0, 9.0],
    [-8.0, 50.0, 3.0],
]
# Of the first four rows: means 3 and 1, deviations -2, 0, 2, 0 and -3, 1, -1, 3.
MEAN, SCALE = [3.0, 1.0, 7.0], [2.0**0.5, 5.0**0.5, 1.0]


def table(device, rows=ROWS):
    return torch.tensor(rows, dtype=torch.float64, device=device)


def by_hand(rows):
    return [[(x - m) / s for x, m, s in zip(row, MEAN, SCALE)] for row in rows]


# What prepare promises


def test_the_scale_is_the_deviation_of_the_past(solution, device):
    _, _, _, scale = solution.prepare(table(device), 4)
    close(scale, SCALE, "the scale of each column")


def test_the_mean_is_that_of_the_past(solution, device):
    _, _, mean, _ = solution.prepare(table(device), 4)
    close(mean, MEAN, "the mean of each column")


def test_the_columns_to_train_on_have_mean_0_and_deviation_1(solution, device):
    train, _, _, _ = solution.prepare(table(device), 4)
    close(train, by_hand(ROWS[:4]), "the rows to train on")


def test_the_test_is_scaled_by_the_same_numbers(solution, device):
    _, test, _, _ = solution.prepare(table(device), 4)
    close(test, by_hand(ROWS[4:]), "the rows to test on")


def test_a_row_comes_out_the_same_whatever_follows_it(solution, device):
    _, first, _, _ = solution.prepare(table(device)[:5], 4)
    for last in ([0.0, 0.0, 0.0], [1e6, -1e6, 7.0]):
        train, test, mean, scale = solution.prepare(table(device, [*ROWS[:5], last]), 4)
        close(test[:1], first, f"the first row of the test, if {last} follows")
        close(train, by_hand(ROWS[:4]), f"the rows to train on, if {last} follows")
        close(mean, MEAN, f"the mean, if {last} follows")
        close(scale, SCALE, f"the scale, if {last} follows")


@pytest.mark.parametrize("cut", [2, 3, 5])
def test_any_cut_gives_the_numbers_of_its_own_past(solution, device, cut):
    train, test, mean, scale = solution.prepare(table(device), cut)
    past = [[row[k] for row in ROWS[:cut]] for k in range(2)]
    means = [sum(column) / cut for column in past]
    spreads = [(sum((x - m) ** 2 for x in column) / cut) ** 0.5 for column, m in zip(past, means)]
    close(mean[:2], means, f"the means of two columns, cut at {cut}")
    close(scale[:2], spreads, f"the scales of two columns, cut at {cut}")
    equal((len(train), len(test)), (cut, 6 - cut), f"the number of rows of both parts, cut at {cut}")


@pytest.mark.parametrize("factor", [2.0**-10, 2.0**10])
def test_columns_in_small_or_large_units_come_out_alike(solution, device, factor):
    train, test, _, scale = solution.prepare(table(device) * factor, 4)
    wanted = [factor * x for x in SCALE[:2]]
    close(scale[:2], wanted, f"the scales of two columns that are {factor:g} times as large")
    close(train[:, :2], [row[:2] for row in by_hand(ROWS[:4])], "two columns to train on")
    close(test[:, :2], [row[:2] for row in by_hand(ROWS[4:])], "two columns to test on")


# What already works and must stay


def test_without_change_there_is_nothing_to_divide_by(solution, device):
    train, test, _, scale = solution.prepare(
        table(device, [[4.0, 1.0], [4.0, 3.0], [4.0, 1.0], [4.0, 3.0]]), 2
    )
    close(scale, [1.0, 1.0], "the scale of a constant column, and of one between 1 and 3")
    close(train, [[0.0, -1.0], [0.0, 1.0]], "the rows to train on")
    close(test, [[0.0, -1.0], [0.0, 1.0]], "the rows to test on")


def test_the_rows_can_be_had_back(solution, device):
    train, test, mean, scale = solution.prepare(table(device), 4)
    close(torch.cat([train, test]) * scale + mean, table(device), "the rows, scaled back")


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_rows_are_left_alone_and_the_dtype_stays(solution, device, dtype):
    rows = table(device).to(dtype)
    before = rows.clone()
    for part in solution.prepare(rows, 4):
        equal(part.dtype, dtype, "the dtype of what's returned")
        equal(part.shape[-1], 3, "the number of columns")
    equal(rows, before, "the rows after the call")


@pytest.mark.parametrize("cut", [-1, 0, 1, 6, 7])
def test_a_cut_out_of_range_is_refused(solution, device, cut):
    with raises(ValueError, "cut", f"6 rows cut at {cut}"):
        solution.prepare(table(device), cut)


# The documented failure


def test_a_later_row_moves_what_is_trained_on(broken, device):
    rows = [[0.0], [2.0], [4.0], [0.0]]
    train, _, mean, scale = broken.prepare(table(device, rows), 2)
    close(mean, [1.5], "the mean, where that of the past is 1")
    close(scale, [2.75**0.5], "the scale, where that of the past is 1")
    rows[3] = [14.0]
    later, _, mean, _ = broken.prepare(table(device, rows), 2)
    close(mean, [5.0], "the mean after the last row was changed")
    equal(bool((later < train).all()), True, "whether all rows to train on come out lower now")
