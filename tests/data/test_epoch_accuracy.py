"""`evaluate` gives the loss and the accuracy over all samples, however they are cut into batches.

`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

from math import log

import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

# The model passes its inputs on as scores. (log 3, 0) means probability 3/4 for class 0 and 1/4 for class 1:
# a hit costs log 4/3, and a miss costs log 4.
HIT, MISS = log(4 / 3), log(4)
SCORES = [log(3), 0.0]
LABELS = [0, 0, 0, 0, 1, 0, 1]  # 0 is a hit, 1 is a miss


class Scores(torch.nn.Module):
    """Counts its calls, and notes whether a graph was being recorded."""

    def __init__(self):
        super().__init__()
        self.factor = torch.nn.Parameter(torch.ones((), dtype=torch.float64))
        self.sizes, self.graphs = [], []

    def forward(self, inputs):
        scores = self.factor * inputs
        self.sizes.append(len(inputs))
        self.graphs.append(scores.requires_grad)
        return scores


def data_set(labels, device):
    scores = torch.tensor([SCORES] * len(labels), dtype=torch.float64, device=device)
    return TensorDataset(scores, torch.tensor(labels, device=device))


def batches_of(sizes, device):
    """The first labels, in batches of these sizes."""
    pieces = data_set(LABELS[: sum(sizes)], device).tensors
    return list(zip(*(piece.split(sizes) for piece in pieces)))


def figures(labels):
    """Loss and accuracy, from the hits and misses counted by hand."""
    misses = sum(labels)
    hits = len(labels) - misses
    return [(hits * HIT + misses * MISS) / len(labels), hits / len(labels)]


def check(module, batches, device, labels, what):
    model = Scores().to(device)
    got = module.evaluate(model, batches)
    close(list(got), figures(labels), f"loss and accuracy {what}")
    return model


# What evaluate promises


@pytest.mark.parametrize("batch_size", [2, 3, 4, 5, 6])
def test_seven_samples_give_the_same_figures_for_every_batch_size(solution, device, batch_size):
    loader = DataLoader(data_set(LABELS, device), batch_size=batch_size)
    check(solution, loader, device, LABELS, f"of seven samples in batches of {batch_size}")


def test_small_batches_may_come_first_or_last(solution, device):
    for sizes in ([1, 2, 4], [4, 1], [2, 5], [1, 6], [5, 1]):
        labels = LABELS[: sum(sizes)]
        check(solution, batches_of(sizes, device), device, labels, f"in batches of {sizes}")


def test_only_samples_drawn_by_the_sampler_count(solution, device):
    loader = DataLoader(data_set(LABELS, device), sampler=[4, 0, 4], batch_size=2)
    check(solution, loader, device, [1, 0, 1], "of samples 4, 0 and 4")


# What already works and must stay


@pytest.mark.parametrize("batch_size", [1, 7, 100])
def test_batches_of_one_size_give_the_mean_over_samples(solution, device, batch_size):
    loader = DataLoader(data_set(LABELS, device), batch_size=batch_size)
    check(solution, loader, device, LABELS, f"of seven samples in batches of {batch_size}")


def test_batches_from_a_generator_are_read_once_each(solution, device):
    batches = (batch for batch in batches_of([2, 2, 2], device))
    model = check(solution, batches, device, LABELS[:6], "of six samples in batches from a generator")
    equal(model.sizes, [2, 2, 2], "the sizes of the batches that the model was called with")


def test_no_graph_is_recorded(solution, device):
    model = Scores().to(device)
    solution.evaluate(model, batches_of([3, 3], device))
    equal(model.graphs, [False, False], "whether a graph was recorded, by batch")


def test_two_floats_come_back(solution, device):
    got = solution.evaluate(Scores().to(device), batches_of([2], device))
    equal([type(figure).__name__ for figure in got], ["float", "float"], "the types of loss and accuracy")


def test_an_evaluation_without_batches_is_refused(solution, device):
    with raises(ValueError, "", "an evaluation without a batch"):
        solution.evaluate(Scores().to(device), [])


# The documented failure


def test_a_miss_alone_in_its_batch_counts_as_much_as_four_hits(broken, device):
    got = broken.evaluate(Scores().to(device), batches_of([4, 1], device))
    # means (HIT, 1) of the first four samples and (MISS, 0) of the fifth; over samples: 0.8
    close(list(got), [(HIT + MISS) / 2, 0.5], "loss and accuracy of five samples in batches of 4 and 1")


def test_the_figures_depend_on_the_batch_size(broken, device):
    by_size = []
    for batch_size in (1, 3, 4, 6):
        loader = DataLoader(data_set(LABELS, device), batch_size=batch_size)
        by_size.append(broken.evaluate(Scores().to(device), loader)[1])
    # batches of 3: 1, 2/3, 0; of 4: 1, 1/3; of 6: 5/6, 0
    close(by_size, [5 / 7, 5 / 9, 2 / 3, 5 / 12], "the accuracy in batches of 1, 3, 4 and 6; 5/7 is true")
