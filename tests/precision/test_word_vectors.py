"""Adam on a table of word vectors: what `fit` promises.

The slope of the mean absolute error along a vector's element is plus or minus its share of the batch, and it
doesn't change. For a slope that stays, a step of Adam is the rate, whatever the size of the slope.
"""

import pytest
import torch

from torchkata.checks import close, equal

DTYPES = [torch.float32, torch.float16]
NEAR = {"rtol": 0.0, "atol": 0.004}  # two float16 numbers between 1 and 2 are 0.001 apart


def table_of(rows, dtype, device):
    return torch.tensor(rows, dtype=dtype, device=device, requires_grad=True)


def batch(ids, targets, dtype, device):
    return torch.tensor(ids, device=device), torch.tensor(targets, dtype=dtype, device=device)


def adam(start, slopes, lr):
    """One element after steps with these slopes, in plain Python floats."""
    value, mean, square = start, 0.0, 0.0
    for k, slope in enumerate(slopes, start=1):
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        value -= lr * (mean / (1 - 0.9**k)) / ((square / (1 - 0.999**k)) ** 0.5 + 1e-8)
    return value


def rows_of(table):
    return table.detach().float()


# What fit promises


def test_a_word_that_no_batch_uses_stays_as_it_is(solution, device):
    table = table_of([[0.0, 0.5], [1.0, -1.0], [0.25, 0.125]], torch.float16, device)
    solution.fit(table, [batch([1], [[-9.0, 9.0]], torch.float16, device)] * 3, lr=0.125)
    equal(rows_of(table)[2].tolist(), [0.25, 0.125], "the vector of a word that was never used")
    close(rows_of(table)[1], torch.tensor([0.625, -0.625], device=device), "the trained vector", **NEAR)


def test_the_padding_stays_as_it_is(solution, device):
    table = table_of([[0.5], [1.0]], torch.float16, device)
    solution.fit(table, [batch([0, 1, 0], [[9.0], [9.0], [9.0]], torch.float16, device)] * 2, lr=0.25)
    close(rows_of(table), torch.tensor([[0.5], [1.5]], device=device), "padding and word", **NEAR)


@pytest.mark.parametrize("others", [9, 99, 999, 199_999])
def test_a_rare_word_takes_the_same_step(solution, device, others):
    table = table_of([[0.0], [1.0], [-1.0]], torch.float16, device)
    targets = [[-9.0]] * others + [[9.0]]
    solution.fit(table, [batch([1] * others + [2], targets, torch.float16, device)] * 2, lr=0.25)
    wanted = torch.tensor([[0.0], [0.5], [-0.5]], device=device)
    close(rows_of(table), wanted, f"vectors after two steps, one word in {others + 1}", **NEAR)


def test_a_word_may_pause(solution, device):
    table = table_of([[0.0], [1.0], [1.0]], torch.float16, device)
    first = batch([1, 2, 2, 2], [[9.0]] * 4, torch.float16, device)
    second = batch([2], [[-9.0]], torch.float16, device)
    solution.fit(table, [first, second, second, first], lr=0.0625)
    wanted = [
        [0.0],
        [adam(1.0, [-0.25, 0.0, 0.0, -0.25], 0.0625)],
        [adam(1.0, [-0.75, 1.0, 1.0, -0.75], 0.0625)],
    ]
    close(rows_of(table), torch.tensor(wanted, device=device), "vectors after four steps", **NEAR)


def test_forty_steps_with_new_words_in_between(solution, device):
    table = table_of([[0.0], [1.0], [1.5], [-0.5]], torch.float16, device)
    before = batch([1], [[9.0]], torch.float16, device)
    after = batch([1, 2], [[9.0], [-9.0]], torch.float16, device)
    solution.fit(table, [before] * 20 + [after] * 20, lr=0.03125)
    wanted = [
        [0.0],
        [adam(1.0, [-1.0] * 20 + [-0.5] * 20, 0.03125)],
        [adam(1.5, [0.0] * 20 + [0.5] * 20, 0.03125)],
        [-0.5],
    ]
    close(rows_of(table), torch.tensor(wanted, device=device), "vectors after 40 steps", rtol=0, atol=0.03)


# What already works and must stay


def test_a_float32_table_takes_the_steps_of_adam(solution, device):
    table = table_of([[0.5, 0.5], [1.0, -1.0], [0.25, 2.0]], torch.float32, device)
    first = batch([1, 0], [[9.0, -9.0], [9.0, 9.0]], torch.float32, device)
    second = batch([2, 1, 1], [[9.0, 9.0], [9.0, 9.0], [9.0, -9.0]], torch.float32, device)
    solution.fit(table, [first, second, first], lr=0.1)
    q, s = 0.25, 1 / 6
    wanted = [
        [0.5, 0.5],
        [adam(1.0, [-q, -2 * s, -q], 0.1), adam(-1.0, [q, 0.0, q], 0.1)],
        [adam(0.25, [0.0, -s, 0.0], 0.1), adam(2.0, [0.0, -s, 0.0], 0.1)],
    ]
    close(table.detach(), torch.tensor(wanted, device=device), "vectors", rtol=0, atol=1e-5)


def test_common_words_train_in_float16(solution, device):
    table = table_of([[0.25], [1.0]], torch.float16, device)
    errors = solution.fit(table, [batch([1], [[4.0]], torch.float16, device)] * 3, lr=0.5)
    close(rows_of(table)[1], torch.tensor([2.5], device=device), "the vector after three steps", **NEAR)
    close(errors, [3.0, 2.5, 2.0], "the errors of three steps", rtol=0, atol=0.004)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_table_is_changed_in_place(solution, device, dtype):
    table = table_of([[0.0], [1.0]], dtype, device)
    view = table.detach()
    solution.fit(table, [batch([1], [[4.0]], dtype, device)], lr=0.5)
    close(view[1].item(), 1.5, "the word, seen through an older view", rtol=0, atol=0.004)
    equal([str(table.dtype), table.requires_grad], [str(dtype), True], "dtype and requires_grad")


@pytest.mark.parametrize("dtype", DTYPES)
def test_errors_are_computed_in_float32(solution, device, dtype):
    table = table_of([[0.0], [1.0], [-60000.0]], dtype, device)
    three = batch([1, 1, 1], [[2.0], [2.0], [3.0]], dtype, device)
    close(solution.fit(table, [three], lr=0.0), [4 / 3], "the mean of 1, 1 and 2", rtol=1e-6, atol=0)
    far = batch([2, 2], [[60000.0], [60000.0]], dtype, device)
    close(solution.fit(table, [far], lr=0.0), [120000.0], "an error beyond float16", rtol=1e-6, atol=0)


def test_no_batches_change_nothing(solution, device):
    table = table_of([[0.5], [1.0]], torch.float16, device)
    equal(solution.fit(table, [], lr=0.5), [], "the errors of no batches")
    equal(rows_of(table).tolist(), [[0.5], [1.0]], "the table after no batches")


# The documented failure


def test_words_without_a_gradient_become_nan(broken, device):
    table = table_of([[0.5], [1.0], [2.0]], torch.float16, device)
    errors = broken.fit(table, [batch([1, 0], [[9.0], [9.0]], torch.float16, device)], lr=0.25)
    equal(rows_of(table).isnan().tolist(), [[True], [False], [True]], "which vectors are NaN")
    close(errors, [8.25], "the error before the step")


def test_a_rare_word_becomes_infinite(broken, device):
    table = table_of([[0.0], [1.0], [-1.0]], torch.float16, device)
    targets = [[-9.0]] * 499 + [[9.0]]
    broken.fit(table, [batch([1] * 499 + [2], targets, torch.float16, device)], lr=0.25)
    equal(rows_of(table)[2].item(), float("inf"), "the vector of a word that is one in 500")
    close(rows_of(table)[1].item(), 0.75, "the vector of the other 499", rtol=0, atol=0.004)
