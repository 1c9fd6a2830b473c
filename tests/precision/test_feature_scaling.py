"""Mean and spread from a stream: what `feature_scaling` promises.

Rows are a center plus a pattern of small dyadic numbers, so that float32 holds them exactly and the standard
deviation is that of the pattern, wherever the center is.
"""

import gc
import math
import weakref

import pytest
import torch

from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

PATTERN = [0.0, 1.0, -1.0, 2.0, 0.5, -2.5, 0.0, 0.0]  # mean 0
SPREAD = math.sqrt(sum(v * v for v in PATTERN) / len(PATTERN))  # 1.25
CENTERS = [1000.0, -4000.0, 16384.0, 100000.0]


def rows_of(centers, scale, device):
    """(8, features): each feature has its center, and the pattern times `scale`, turned by one more row."""
    pattern = torch.tensor(PATTERN, dtype=torch.float64, device=device) * scale
    columns = [center + pattern.roll(k) for k, center in enumerate(centers)]
    return torch.stack(columns, dim=1).float()


def check(module, rows, sizes, mean, spread):
    got = module.feature_scaling(iter(rows.split(sizes)))
    equal([str(values.dtype) for values in got], ["torch.float32"] * 2, "the dtypes of mean and deviation")
    near = {"rtol": 1e-5, "atol": 1e-4}
    close(got[0], torch.tensor(mean, device=rows.device), f"means, batches of {sizes}", **near)
    wanted = torch.tensor(spread, device=rows.device)
    close(got[1], wanted, f"standard deviations around {mean}, batches of {sizes}", rtol=0.01, atol=0.0)


# What feature_scaling promises


@pytest.mark.parametrize("sizes", [[8], [1, 7], [3, 3, 2], [1] * 8])
def test_features_far_from_zero_have_their_own_spread(solution, device, sizes):
    check(solution, rows_of(CENTERS, 1.0, device), sizes, CENTERS, [SPREAD] * 4)


@pytest.mark.parametrize("scale", [2.0**-4, 2.0**-6])
def test_small_spreads_around_a_thousand(solution, device, scale):
    check(solution, rows_of([1000.0, -300.0], scale, device), [3, 5], [1000.0, -300.0], [SPREAD * scale] * 2)


@pytest.mark.parametrize("sizes", [[8], [3, 5]])
def test_a_mean_of_100000_times_the_spread_is_no_constant(solution, device, sizes):
    rows = torch.tensor([[1600000.0 + 16.0 * (-1) ** k] for k in range(8)], device=device)
    check(solution, rows.float(), sizes, [1600000.0], [16.0])


def test_a_feature_that_drifts_from_batch_to_batch(solution, device):
    low, high = rows_of([2000.0], 0.25, device), rows_of([2004.0], 0.25, device)
    rows = torch.cat([low, high, high])
    spread = math.sqrt((SPREAD * 0.25) ** 2 + 16 * 2 / 9)
    check(solution, rows, [8, 8, 8], [2000 + 8 / 3], [spread])


def test_many_rows_far_from_zero(solution, device):
    rows = rows_of([50000.0, 3.0], 0.5, device).repeat(200, 1)
    check(solution, rows, [64] * 25, [50000.0, 3.0], [SPREAD / 2] * 2)


# What already works and must stay


@pytest.mark.parametrize("sizes", [[8], [1, 7], [3, 3, 2], [1] * 8])
def test_features_near_zero_have_their_spread(solution, device, sizes):
    check(solution, rows_of([0.0, 1.0, -2.0], 1.0, device), sizes, [0.0, 1.0, -2.0], [SPREAD] * 3)


@pytest.mark.parametrize("center", [0.0, 1.0, 0.1, 7.7, -12345.678])
def test_a_constant_feature_gets_one(solution, device, center):
    rows = torch.full((1001, 1), center, device=device)
    for sizes in ([400, 601], [333, 668], [91] * 11):
        mean, spread = solution.feature_scaling(iter(rows.split(sizes)))
        close(mean, rows[0], f"the mean of 1001 times {center}, batches of {sizes}", rtol=1e-5, atol=0)
        equal(spread.tolist(), [1.0], f"the deviation of 1001 times {center}, batches of {sizes}")


def test_a_tiny_spread_is_a_spread(solution, device):
    tiny = 2.0**-20
    rows = rows_of([0.0, 1.0], 1.0, device) * tiny
    check(solution, rows, [3, 5], [0.0, tiny], [SPREAD * tiny] * 2)


def test_one_row_is_constant(solution, device):
    mean, spread = solution.feature_scaling([torch.tensor([[3.0, 0.0]], device=device)])
    equal([mean.tolist(), spread.tolist()], [[3.0, 0.0], [1.0, 1.0]], "mean and deviation of one row")


def test_no_batch_is_kept(solution, device):
    alive, kept = [], []

    def stream():
        for k in range(4):
            kept.append(sum(batch() is not None for batch in alive))
            batch = torch.full((2, 1), float(k), device=device)
            alive.append(weakref.ref(batch))
            yield batch
            del batch

    solution.feature_scaling(stream())
    equal(max(kept) <= 1, True, "whether at most the last batch is alive when another one is asked for")


def test_a_long_stream_needs_no_more_memory_than_a_short_one(solution, device):
    held = []

    def stream():
        for _ in range(12):
            tensors = sum(o.numel() for o in gc.get_objects() if type(o) is torch.Tensor)
            held.append(tensors + sum(len(o) for o in gc.get_objects() if type(o) is list))
            yield torch.arange(4096.0, device=device).unsqueeze(1)

    solution.feature_scaling(stream())
    grown = held[-1] - held[2]
    equal(grown < 4096, True, "whether less than one batch of numbers was added between batch 3 and batch 12")


def test_the_batches_stay_as_they_are(solution, device):
    rows = rows_of([1.0, 2.0], 1.0, device)
    before = rows.clone()
    solution.feature_scaling([rows])
    equal(rows, before, "the batch after the call")


# The documented failure


def test_far_from_zero_the_spread_is_one_or_noise(broken, device):
    pattern = torch.tensor(PATTERN, device=device).unsqueeze(1)
    rows = pattern + torch.tensor([3000.0, 70001.0, 100900.0], device=device)
    _, spread = broken.feature_scaling(iter(rows.split(1)))
    equal(spread.tolist(), [1.0, 1.0, 32.0], "deviations that should be 1.25, row by row")
    _, spread = broken.feature_scaling(iter(rows.split(2)))
    equal(spread.tolist()[2], 1.0, "the last one, in batches of two")
