"""`stream` yields every record once per epoch, with any number of workers, and the workers share the work.

A DataLoader worker is a process with a copy of the data set, in which `get_worker_info()` tells its number.
The tests set up both by hand, in one process.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import copy

import pytest
from torch.utils.data import DataLoader, IterableDataset
from torch.utils.data._utils import worker as loader_worker

from torchkata.checks import equal, raises

SHARDS = [[10, 11, 12], [20], [30, 31, 30, 33]]  # 30 is there twice
RECORDS = [10, 11, 12, 20, 30, 30, 31, 33]


class Lines:
    """A shard that can be iterated, and nothing else."""

    def __init__(self, records):
        self.records = records

    def __iter__(self):
        return iter(self.records)


def by_worker(data, workers):
    """What each worker of a loader yields in an epoch."""
    equal(isinstance(data, IterableDataset), True, "whether `stream` returns an IterableDataset")
    yielded = []
    for number in range(workers):
        own = copy.deepcopy(data)
        info = loader_worker.WorkerInfo(id=number, num_workers=workers, seed=number, dataset=own)
        before, loader_worker._worker_info = loader_worker._worker_info, info
        try:
            yielded.append(list(own))
        finally:
            loader_worker._worker_info = before
    return yielded


def epoch(data, workers):
    """All records of an epoch, sorted."""
    parts = by_worker(data, workers) if workers else [list(data)]
    return sorted(record for part in parts for record in part)


# What stream promises


@pytest.mark.parametrize("workers", [2, 3, 5])
def test_workers_together_yield_every_record_once(solution, device, workers):
    data = solution.stream(SHARDS)
    equal(epoch(data, workers), RECORDS, f"the records of an epoch with {workers} workers, sorted")


def test_one_shard_for_two_workers_is_read_once(solution, device):
    equal(epoch(solution.stream([[1, 2, 3]]), 2), [1, 2, 3], "one shard of 3 records, read by 2 workers")


@pytest.mark.parametrize(("count", "workers"), [(2, 2), (6, 2), (3, 3)])
def test_equal_shards_are_shared_equally(solution, device, count, workers):
    data = solution.stream([["a record"] * 5 for _ in range(count)])
    yielded = [len(part) for part in by_worker(data, workers)]
    what = f"records by worker, of {count} shards of 5 and {workers} workers"
    equal(yielded, [5 * count // workers] * workers, what)


def test_every_epoch_with_workers_is_complete(solution, device):
    data = solution.stream(SHARDS)
    for number in range(1, 4):
        equal(epoch(data, 2), RECORDS, f"the records of epoch {number} with 2 workers, sorted")


def test_shards_of_unknown_length_are_read_anew_in_every_epoch(solution, device):
    shards = [Lines([10, 11, 12]), Lines([20])]
    data = solution.stream(shards)
    equal(epoch(data, 2), [10, 11, 12, 20], "the records of the first epoch with 2 workers, sorted")
    shards[1].records.append(21)
    equal(epoch(data, 2), [10, 11, 12, 20, 21], "the records with 2 workers, after a shard has grown")
    equal(epoch(data, 0), [10, 11, 12, 20, 21], "the records without workers, after a shard has grown")
    shards[1].records.append(22)
    equal(epoch(data, 0), [10, 11, 12, 20, 21, 22], "the records without workers, after it has grown again")


# What already works and must stay


def test_one_worker_yields_every_record(solution, device):
    equal(epoch(solution.stream(SHARDS), 1), RECORDS, "the records of an epoch with 1 worker, sorted")


def test_without_workers_the_records_come_in_their_order(solution, device):
    data = solution.stream(SHARDS)
    for number in range(1, 4):
        records = [int(record) for record in DataLoader(data, batch_size=None)]
        equal(records, [10, 11, 12, 20, 30, 31, 30, 33], f"the records of epoch {number} without workers")


def test_batches_of_a_loader_without_workers_are_full(solution, device):
    batches = [batch.tolist() for batch in DataLoader(solution.stream(SHARDS), batch_size=3)]
    equal(batches, [[10, 11, 12], [20, 30, 31], [30, 33]], "batches of 3 without workers")


def test_no_shards_are_refused(solution, device):
    with raises(ValueError, "shard", "a stream of no shards"):
        solution.stream([])


# The documented failure


@pytest.mark.parametrize("workers", [2, 4])
def test_each_worker_yields_everything(broken, device, workers):
    yielded = by_worker(broken.stream(SHARDS), workers)
    records = sum(len(part) for part in yielded)
    equal(records, 8 * workers, f"records that {workers} workers yield together, of a stream of 8")
