"""Validation on several processes: what `score_part` and `accuracy` promise.

All parts together are the whole set, once. No process group is needed: the parts are scored one by one.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

LABELS = [1, 1, 0, 0, 2, 0, 0, 1, 0, 0, 0]  # 0 is a hit, since the model says 0


class Model(torch.nn.Module):
    """Says class 0 each time, and notes which samples it has seen, and how many at once."""

    def __init__(self, device):
        super().__init__()
        scores = torch.tensor([0.5, -1.0, 0.25], dtype=torch.float64, device=device)
        self.scores = torch.nn.Parameter(scores)
        self.seen, self.sizes, self.graphs = [], [], []

    def forward(self, features):
        self.seen.extend(int(i) for i in features[:, 0])
        self.sizes.append(len(features))
        scores = features[:, :1] + self.scores
        self.graphs.append(scores.requires_grad)
        return scores


def data_set(count, device):
    features = torch.arange(count, dtype=torch.float64, device=device)[:, None]
    return torch.utils.data.TensorDataset(
        features, torch.tensor(LABELS[:count], dtype=torch.int64, device=device)
    )


def score(module, count, ranks, device, batch_size=2):
    """The counts of each process, and the model that each of them had."""
    models = [Model(device) for _ in range(ranks)]
    data = data_set(count, device)
    parts = [module.score_part(model, data, rank, ranks, batch_size) for rank, model in enumerate(models)]
    return parts, models


# What they promise


@pytest.mark.parametrize("ranks", [1, 2, 3, 4, 5, 8, 13])
def test_any_number_of_processes_gets_the_accuracy_of_one(solution, device, ranks):
    for count in (1, 5, 7, 9, 11):
        parts, _ = score(solution, count, ranks, device)
        got, wanted = solution.accuracy(parts), LABELS[:count].count(0) / count
        close(got, wanted, f"the accuracy on {count} samples with {ranks} processes")


@pytest.mark.parametrize("ranks", [1, 2, 3, 5, 8, 13])
def test_every_sample_is_scored_by_exactly_one_process(solution, device, ranks):
    for count in (7, 11):
        parts, models = score(solution, count, ranks, device)
        seen = sorted(i for model in models for i in model.seen)
        equal(seen, list(range(count)), f"the samples that {ranks} processes score, of {count}")
        for part, model in zip(parts, models):
            hits = sum(LABELS[i] == 0 for i in model.seen)
            equal(part.tolist(), [hits, len(model.seen)], f"hits and samples of one of {ranks} processes")


@pytest.mark.parametrize("ranks", [2, 3, 4, 5])
def test_the_work_is_shared(solution, device, ranks):
    _, models = score(solution, 11, ranks, device)
    sizes = [len(model.seen) for model in models]
    equal(max(sizes) - min(sizes) <= 1, True, f"whether the parts differ by one sample at most: {sizes}")


# What already works and must stay


@pytest.mark.parametrize("ranks", [1, 2, 5, 10])
def test_a_set_that_can_be_divided_is_scored_as_by_one_process(solution, device, ranks):
    parts, models = score(solution, 10, ranks, device)
    equal([len(model.seen) for model in models], [10 // ranks] * ranks, "the samples of each process")
    close(solution.accuracy(parts), 0.6, "the accuracy on ten samples")


def test_counts_are_whole_numbers_and_leave_no_graph(solution, device):
    parts, models = score(solution, 10, 2, device)
    for part, model in zip(parts, models):
        equal(part.dtype, torch.int64, "the dtype of the counts")
        equal(tuple(part.shape), (2,), "the shape of the counts")
        equal(any(model.graphs), False, "whether a graph was recorded")
        equal(max(model.sizes) <= 2, True, "whether at most two samples are scored at a time")


def test_gathered_counts_and_lists_are_added_up(solution, device):
    for parts in ([[3, 4], [0, 2], [3, 3]], [[3, 3], [3, 4], [0, 2]]):
        gathered = torch.tensor(parts, device=device)
        close(solution.accuracy(gathered), 6 / 9, "the accuracy from gathered counts")
        close(solution.accuracy(list(gathered)), 6 / 9, "the accuracy from a list of counts")


def test_no_samples_are_refused(solution, device):
    with raises(ValueError, "no process", "counts of 0 samples"):
        solution.accuracy(torch.zeros(3, 2, dtype=torch.int64, device=device))


# The documented failure


def test_the_first_samples_count_twice(broken, device):
    parts, models = score(broken, 7, 5, device)
    seen = sorted(i for model in models for i in model.seen)
    equal(seen, [0, 0, 1, 1, 2, 2, 3, 4, 5, 6], "the samples that five processes score, of 7")
    # the hits among the first seven are 2, 3, 5 and 6, and 2 counts twice
    close(broken.accuracy(parts), 5 / 10, "the accuracy, where it should be 4/7")
