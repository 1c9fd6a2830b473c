"""Loaders, and the error on a test set: what `loaders` and `error_on` promise.

The error is that of the whole set, whatever the batch size; training has full batches.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

SIZES = [1, 2, 3, 4, 5, 7, 8, 20]


def numbers(count, device):
    """Sample i is (i, [0, 0]) for a model that says (i, -2 i); so its two errors are i and 2 i."""
    inputs = torch.arange(count, dtype=torch.float64, device=device)[:, None]
    return torch.utils.data.TensorDataset(inputs, torch.zeros(count, 2, dtype=torch.float64, device=device))


class Model(torch.nn.Module):
    """Says (x, -2 x) in evaluation mode, and nonsense in training mode. Notes the samples of each pass."""

    def __init__(self, device):
        super().__init__()
        weight = torch.tensor([[1.0], [-2.0]], dtype=torch.float64, device=device)
        self.weight = torch.nn.Parameter(weight)
        self.sizes, self.graphs = [], []

    def forward(self, inputs):
        self.sizes.append(len(inputs))
        output = inputs @ self.weight.T + (1000.0 if self.training else 0.0)
        self.graphs.append(output.requires_grad)
        return output


def samples(loader):
    return [[int(i) for i in inputs[:, 0]] for inputs, _ in loader]


def flat(batches):
    return [i for batch in batches for i in batch]


# What they promise


@pytest.mark.parametrize("size", SIZES)
def test_the_error_is_that_of_all_samples(solution, device, size):
    for count in (1, 7, 8):
        _, testing = solution.loaders(numbers(8, device), numbers(count, device), size, seed=0)
        # 0 + 1 + ... + (count - 1), times 1 and times 2, over 2 count errors
        wanted = 1.5 * (count - 1) / 2
        got = solution.error_on(Model(device), testing)
        close(got, wanted, f"the error on {count} samples in batches of {size}")


@pytest.mark.parametrize("size", SIZES)
def test_every_sample_is_tested_once_in_order_and_not_too_many_at_a_time(solution, device, size):
    _, testing = solution.loaders(numbers(8, device), numbers(7, device), size, seed=0)
    for reading in ("first", "second"):
        batches = samples(testing)
        equal(flat(batches), list(range(7)), f"the samples of the {reading} reading, batches of {size}")
        largest = max(len(batch) for batch in batches)
        equal(largest <= size, True, f"whether at most {size} samples come at a time")


# What already works and must stay


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8])
def test_training_batches_are_full(solution, device, size):
    training, _ = solution.loaders(numbers(7, device), numbers(7, device), size, seed=0)
    for epoch in range(3):
        batches = samples(training)
        equal([len(batch) for batch in batches], [size] * (7 // size), f"training batches of epoch {epoch}")
        seen = flat(batches)
        equal(len(set(seen)), len(seen), f"how many different samples there are in epoch {epoch}")


def test_training_has_another_order_in_each_epoch_and_the_same_in_each_run(solution, device):
    runs = []
    for _ in range(2):
        training, _ = solution.loaders(numbers(20, device), numbers(3, device), 5, seed=4)
        runs.append([samples(training) for _ in range(3)])
        torch.manual_seed(99)
    equal(runs[1], runs[0], "the order of three epochs in a second run with the same seed")
    equal(runs[0][0] != runs[0][1], True, "whether the second epoch has another order than the first")
    other, _ = solution.loaders(numbers(20, device), numbers(3, device), 5, seed=5)
    equal(samples(other) != runs[0][0], True, "whether another seed gives another order")


def test_the_model_is_judged_in_evaluation_mode_and_put_back(solution, device):
    for training in (True, False):
        model = Model(device).train(training)
        _, testing = solution.loaders(numbers(4, device), numbers(4, device), 2, seed=0)
        close(solution.error_on(model, testing), 2.25, f"the error of a model with training={training}")
        equal(model.training, training, "the mode of the model after the test")
        equal(any(model.graphs), False, "whether a graph was recorded")


def test_an_empty_set_is_refused(solution, device):
    _, testing = solution.loaders(numbers(4, device), numbers(0, device), 2, seed=0)
    with raises(ValueError, "no sample", "testing on an empty set"):
        solution.error_on(Model(device), testing)


# The documented failure


def test_the_last_samples_are_never_tested(broken, device):
    _, testing = broken.loaders(numbers(8, device), numbers(7, device), 4, seed=0)
    equal(samples(testing), [[0, 1, 2, 3]], "the samples that are tested, of 7 in batches of 4")
    close(broken.error_on(Model(device), testing), 2.25, "the error, where it should be 4.5")


def test_a_set_smaller_than_a_batch_is_empty(broken, device):
    _, testing = broken.loaders(numbers(8, device), numbers(7, device), 8, seed=0)
    with raises(ValueError, "no sample", "testing on 7 samples in batches of 8"):
        broken.error_on(Model(device), testing)
