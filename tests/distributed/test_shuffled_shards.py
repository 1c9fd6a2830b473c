"""`train` deals the samples to the ranks anew in every epoch, and the same way in a resumed run.

No process group is needed: the tests call it once for each rank.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch
from torch.utils.data import TensorDataset

from torchkata.checks import equal, raises


class Recorder:
    """Collects what a rank was given, and cuts it into epochs of equal length."""

    def __init__(self):
        self.batches, self.numbers = [], []

    def __call__(self, epoch, batch):
        self.numbers.append(epoch)
        (values,) = batch
        self.batches.append(values.tolist())

    def epochs(self, count):
        values = [value for batch in self.batches for value in batch]
        size = len(values) // max(count, 1)
        return [values[k * size : (k + 1) * size] for k in range(count)]


def deal(module, device, samples=8, ranks=2, epochs=4, seed=0, start=0, batch_size=3):
    """The samples by epoch and rank. Every rank's global generator is in another state."""
    by_rank = []
    for rank in range(ranks):
        torch.default_generator.manual_seed(100 + rank)
        data, record = TensorDataset(torch.arange(samples, device=device)), Recorder()
        module.train(record, data, epochs, batch_size, ranks, rank, seed=seed, start=start)
        by_rank.append(record.epochs(epochs - start))
    return [[by_rank[rank][epoch] for rank in range(ranks)] for epoch in range(epochs - start)]


def together(epoch):
    return sorted(sample for part in epoch for sample in part)


def different(values):
    return len({str(value) for value in values})


# What train promises


@pytest.mark.parametrize(("samples", "ranks"), [(16, 2), (24, 3), (12, 1)])
def test_every_epoch_has_another_order(solution, device, samples, ranks):
    epochs = deal(solution, device, samples, ranks, epochs=6)
    for rank in range(ranks):
        orders = different(epoch[rank] for epoch in epochs)
        equal(orders, 6, f"different orders of rank {rank} of {ranks} in 6 epochs")


@pytest.mark.parametrize(("samples", "ranks"), [(16, 2), (24, 3)])
def test_a_rank_gets_other_samples_in_every_epoch(solution, device, samples, ranks):
    epochs = deal(solution, device, samples, ranks, epochs=6)
    for rank in range(ranks):
        parts = different(sorted(epoch[rank]) for epoch in epochs)
        equal(parts, 6, f"different sets of samples that rank {rank} of {ranks} had in 6 epochs")


def test_a_resumed_run_continues_as_if_it_had_not_stopped(solution, device):
    whole = deal(solution, device, samples=16, epochs=6, seed=5)
    equal(different(whole), 6, "different deals in the 6 epochs of a whole run")
    parts = {
        "0 and 1 of a run that stops there": deal(solution, device, samples=16, epochs=2, seed=5),
        "2 and 3 of a run from 2 up to 4": deal(solution, device, samples=16, epochs=4, seed=5, start=2),
        "4 and 5 of a run from 4 up to 6": deal(solution, device, samples=16, epochs=6, seed=5, start=4),
    }
    for (which, part), expected in zip(parts.items(), (whole[:2], whole[2:4], whole[4:])):
        same = [epoch == of_whole for epoch, of_whole in zip(part, expected)]
        equal(same, [True, True], f"whether they are those of the whole run: epochs {which}")


# What already works and must stay


@pytest.mark.parametrize(("samples", "ranks"), [(8, 2), (12, 3), (5, 1), (16, 4)])
def test_the_parts_of_an_epoch_add_up_to_the_whole_set(solution, device, samples, ranks):
    for number, epoch in enumerate(deal(solution, device, samples, ranks)):
        what = f"the samples of all {ranks} ranks in epoch {number}, sorted"
        equal(together(epoch), list(range(samples)), what)


@pytest.mark.parametrize(("samples", "ranks"), [(5, 2), (7, 3), (2, 4)])
def test_all_parts_are_equally_long_if_the_samples_do_not_divide_evenly(solution, device, samples, ranks):
    each = -(-samples // ranks)
    for number, epoch in enumerate(deal(solution, device, samples, ranks)):
        lengths = [len(part) for part in epoch]
        equal(lengths, [each] * ranks, f"samples by rank in epoch {number}, of {samples} on {ranks} ranks")
        missing = sorted(set(range(samples)) - set(together(epoch)))
        equal(missing, [], f"samples that no rank had in epoch {number}, of {samples} on {ranks} ranks")


def test_the_same_arguments_give_the_same_run(solution, device):
    first, second = (deal(solution, device, samples=16, seed=3) for _ in range(2))
    equal(second, first, "a second run with the same arguments")


def test_another_seed_gives_another_run(solution, device):
    runs = [deal(solution, device, samples=16, epochs=1, seed=seed) for seed in (0, 100, 200, 300)]
    equal(different(runs), 4, "different first epochs with four seeds")


def test_batches_have_their_size_and_no_sample_is_dropped(solution, device):
    record = Recorder()
    data = TensorDataset(torch.arange(14, device=device))
    solution.train(record, data, 2, 3, 2, 1)
    equal(
        [len(batch) for batch in record.batches],
        [3, 3, 1] * 2,
        "sizes of the batches of 7 samples in 2 epochs",
    )


def test_step_is_told_the_epoch(solution, device):
    record = Recorder()
    data = TensorDataset(torch.arange(8, device=device))
    solution.train(record, data, 6, 2, 2, 0, start=4)
    equal(record.numbers, [4, 4, 5, 5], "the epochs that step was told, in a run from epoch 4 up to 6")


def test_no_epochs_take_no_step(solution, device):
    for epochs, start in ((0, 0), (3, 3)):
        record = Recorder()
        solution.train(record, TensorDataset(torch.arange(4, device=device)), epochs, 2, 2, 0, start=start)
        equal(record.batches, [], f"batches of a run from epoch {start} up to {epochs}")


@pytest.mark.parametrize("rank", [2, -1])
def test_a_rank_that_does_not_exist_is_refused(solution, device, rank):
    record = Recorder()
    with raises(ValueError, "rank", f"rank {rank} of 2"):
        solution.train(record, TensorDataset(torch.arange(4, device=device)), 1, 2, 2, rank)
    equal(record.batches, [], "batches of a rank that does not exist")


# The documented failure


def test_all_epochs_repeat_the_first(broken, device):
    epochs = deal(broken, device, samples=16, epochs=4)
    equal(different(epochs), 1, "different deals in 4 epochs")
    met = {sample for epoch in epochs for sample in epoch[0]}
    equal(len(met), 8, "samples that rank 0 of 2 got in 4 epochs, of 16")


def test_a_resumed_run_repeats_the_first_epoch(broken, device):
    first = deal(broken, device, samples=16, epochs=1)
    resumed = deal(broken, device, samples=16, epochs=6, start=3)
    equal(resumed, first * 3, "three epochs of a run resumed at epoch 3, beside the very first epoch")
