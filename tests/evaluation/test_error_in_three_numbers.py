"""A test in three numbers: what `summarize` promises.

Each of them is about all samples, in any order and any batches.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import itertools
import statistics

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

ERRORS = [4.0, -1.0, 6.0, 3.0, -8.0, 5.0, 0.5, -7.0]


class Model:
    """Is off by its input: it says 2 + input where 2 is right. Notes what it was asked."""

    def __init__(self):
        self.sizes, self.graphs = [], []
        self.factor = torch.ones((), requires_grad=True)

    def __call__(self, inputs):
        self.sizes.append(len(inputs))
        outputs = 2 + inputs[:, 0] * self.factor.to(inputs)
        self.graphs.append(outputs.requires_grad)
        return outputs


def batches_of(errors, sizes, device):
    inputs = torch.tensor(errors, dtype=torch.float64, device=device)[:, None]
    return zip(inputs.split(sizes), torch.full_like(inputs[:, 0], 2.0).split(sizes))


def by_hand(errors):
    sizes = [abs(error) for error in errors]
    return {"mean": sum(sizes) / len(sizes), "median": statistics.median_low(sizes), "worst": max(sizes)}


def check(module, errors, sizes, device, what):
    got = module.summarize(Model(), batches_of(errors, sizes, device))
    equal(sorted(got), ["mean", "median", "worst"], "the names of the numbers")
    for name, wanted in by_hand(errors).items():
        close(got[name], wanted, f"the {name} error {what}")


# What summarize promises


@pytest.mark.parametrize("sizes", [[4, 4], [3, 3, 2], [7, 1], [1, 7], [2, 1, 4, 1], [1] * 8])
def test_the_batches_do_not_matter(solution, device, sizes):
    check(solution, ERRORS, sizes, device, f"in batches of {sizes}")


@pytest.mark.parametrize("count", [2, 3, 5, 6, 7])
def test_even_and_odd_numbers_of_samples_have_a_median(solution, device, count):
    sizes = [2] * (count // 2) + [1] * (count % 2)
    check(solution, ERRORS[:count], sizes, device, f"of {count} samples, in batches of 2")


def test_the_order_does_not_matter(solution, device):
    for order in itertools.permutations([4.0, -1.0, 6.0, 2.0]):
        check(solution, list(order), [3, 1], device, f"of {order} in batches of 3")


# What already works and must stay


@pytest.mark.parametrize("count", [1, 2, 5, 8])
def test_one_batch_has_its_own_numbers(solution, device, count):
    check(solution, ERRORS[:count], [count], device, f"of one batch of {count}")


def test_mean_and_worst_are_about_all_samples(solution, device):
    for sizes in ([8], [3, 5], [1] * 8):
        got, wanted = solution.summarize(Model(), batches_of(ERRORS, sizes, device)), by_hand(ERRORS)
        close(got["mean"], wanted["mean"], f"the mean error in batches of {sizes}")
        close(got["worst"], wanted["worst"], f"the worst error in batches of {sizes}")


def test_each_batch_is_asked_once_and_without_a_graph(solution, device):
    model = Model()
    solution.summarize(model, batches_of(ERRORS, [3, 4, 1], device))
    equal(model.sizes, [3, 4, 1], "the samples in each call of the model")
    equal(any(model.graphs), False, "whether a graph was recorded")


def test_no_batch_is_refused(solution, device):
    with raises(ValueError, "no batch", "a summary of nothing"):
        solution.summarize(Model(), [])


# The documented failure


def test_the_median_is_that_of_the_last_batch(broken, device):
    got = broken.summarize(Model(), batches_of([1.0, 2.0, 3.0, 4.0, 50.0], [4, 1], device))
    close(got["median"], 50.0, "the median of 1, 2, 3, 4 and 50")
    close(got["mean"], 12.0, "the mean, which is right")
    got = broken.summarize(Model(), batches_of([50.0, 4.0, 3.0, 2.0, 1.0], [3, 2], device))
    close(got["median"], 1.0, "the median of the same errors, the other way round")
