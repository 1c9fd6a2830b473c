"""Features of events: what `event_features` promises.

Expected values come from Python's own whole numbers, which are exact.
"""

import pytest
import torch

from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

NOW = 1_750_000_000  # a time in 2025


def gaps_of(rows):
    last, gaps = {}, []
    for account, time, _ in rows:
        gaps.append(float(time - last.get(account, time)))
        last[account] = time
    return gaps


def check(module, rows):
    features = module.event_features(rows)
    accounts, amounts = [row[0] for row in rows], [row[2] for row in rows]
    equal(sorted(features), ["account", "amount", "gap"], "the names of the features")
    equal(features["account"], torch.tensor(accounts), f"accounts of {rows}")
    close(features["gap"], torch.tensor(gaps_of(rows), dtype=torch.float32), f"gaps of {rows}")
    close(features["amount"], torch.tensor(amounts, dtype=torch.float32), f"amounts of {rows}")


# What event_features promises


@pytest.mark.parametrize("start", [NOW, 5, 10**11 - 4000])
def test_gaps_are_exact_to_the_second(solution, device, start):
    rows = [(7, start, 9.5), (8, start + 1, 1.0), (7, start + 61, -3.25), (8, start + 3600, 0.5)]
    check(solution, rows)


@pytest.mark.parametrize("first", [2**24, 2**24 + 2, 123_456_789, 10**12 + 1, 10**15 - 3])
def test_neighboring_accounts_are_different(solution, device, first):
    rows = [(first + k, 1000 + 10 * j, 2.0) for j, k in enumerate([0, 1, 2, 3, 1, 0])]
    check(solution, rows)


def test_large_accounts_at_todays_times(solution, device):
    rows = [(10**14 + k % 3, NOW + 17 * k, 0.25 * k) for k in range(9)]
    check(solution, rows)


def test_rows_of_one_second_and_of_the_same_second(solution, device):
    rows = [(5, NOW, 1.0), (5, NOW, 2.0), (5, NOW + 1, 4.0), (6, NOW + 1, 8.0), (5, NOW + 3, 16.0)]
    check(solution, rows)


def test_a_long_pause_is_as_exact_as_float32(solution, device):
    check(solution, [(5, NOW - 10**9, 1.0), (5, NOW + 1, 2.0)])


def test_one_second_after_many_years_is_one_second(solution, device):
    rows = [(7, 3, 1.0), (7, NOW, 2.0), (8, NOW, 0.5), (7, NOW + 1, 4.0), (8, NOW + 30, 1.0)]
    check(solution, rows)


# What already works and must stay


def test_small_numbers_give_the_right_gaps(solution, device):
    rows = [(1, 10, 0.5), (2, 12, -1.5), (1, 12, 2.25), (3, 20, 0.0), (1, 33, 1.0), (2, 40, 7.0)]
    check(solution, rows)


@pytest.mark.parametrize("account", [0, 1, 2**24])
def test_the_first_row_of_an_account_has_a_gap_of_zero(solution, device, account):
    check(solution, [(account, 0, 1.5)])
    check(solution, [(account, 40, 1.5)])


def test_the_first_row_may_be_at_time_zero(solution, device):
    check(solution, [(1, 0, 1.5), (2, 0, 0.5), (1, 0, 2.5), (1, 40, 1.0), (2, 50, 3.0)])


def test_the_dtypes_are_those_that_a_model_takes(solution, device):
    features = solution.event_features([(1, 10, 0.1), (1, 12, 0.2)])
    dtypes = {name: str(values.dtype) for name, values in features.items()}
    wanted = {"account": "torch.int64", "gap": "torch.float32", "amount": "torch.float32"}
    equal(dtypes, wanted, "the dtypes of the features")


def test_the_rows_stay_as_they_are(solution, device):
    rows = [(1, 10, 0.5), (1, 11, 1.5)]
    check(solution, rows)
    equal(rows, [(1, 10, 0.5), (1, 11, 1.5)], "the rows after the call")


def test_the_default_dtype_of_the_process_is_left_alone(solution, device):
    before = torch.get_default_dtype()
    try:
        solution.event_features([(1, 10, 0.5), (1, 11, 1.5)])
        equal(str(torch.get_default_dtype()), str(before), "the default dtype after the call")
    finally:
        torch.set_default_dtype(before)


# The documented failure


def test_today_is_rounded_to_two_minutes(broken, device):
    rows = [(7, NOW, 1.5), (7, NOW + 60, 1.5), (7, NOW + 100, 1.5), (7, NOW + 3600, 1.5)]
    gaps = broken.event_features(rows)["gap"]
    equal(gaps.tolist(), [0.0, 0.0, 128.0, 3456.0], "gaps of 60, 40 and 3500 seconds")


def test_neighboring_accounts_become_one(broken, device):
    accounts = broken.event_features([(2**24 + k, k, 0.5) for k in range(4)])["account"]
    equal((accounts - 2**24).tolist(), [0, 0, 2, 4], "accounts of 2**24 and the next three")
