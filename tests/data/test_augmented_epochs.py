"""`loader` gives every image a factor of its own, in every epoch, from any number of workers.

The workers are set up by hand, in one process: each has a copy of the data set and the loader's seeds.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import copy
import random
import types
import warnings

import numpy
import pytest
import torch
from torch.utils.data import dataloader
from torch.utils.data._utils import worker as loader_worker

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64


class Workers(dataloader._BaseDataLoaderIter):
    """Takes the place of the loader's iterator: batches go to the workers in turn, as there."""

    def __init__(self, loader):
        super().__init__(loader)  # draws the base seed, from the loader's generator
        self.workers = [Worker(loader, self._base_seed, number) for number in range(self._num_workers)]
        self._reset(loader)

    def _next_data(self):
        return self.workers[self._num_yielded % self._num_workers].read(self._next_index())


class Worker:
    """Does what a worker process does, between two swaps of the state that processes have for themselves."""

    def __init__(self, loader, base, number):
        memo = {}
        self.data, self.collate = copy.deepcopy(loader.dataset, memo), loader.collate_fn
        self.info = loader_worker.WorkerInfo(
            id=number, num_workers=loader.num_workers, seed=base + number, dataset=self.data
        )
        outside = state()
        random.seed(self.info.seed)
        torch.default_generator.manual_seed(self.info.seed)
        numpy.random.seed(loader_worker._generate_state(base, number))
        loader_worker._worker_info = self.info
        if loader.worker_init_fn is not None:
            forked(loader.worker_init_fn, memo)(number)
        self.inside = restore(outside)

    def read(self, indices):
        outside = restore(self.inside)
        loader_worker._worker_info = self.info
        batch = self.collate([self.data[index] for index in indices])
        self.inside = restore(outside)
        return batch


def forked(function, memo):
    """The function as a forked process has it: what it holds is a copy, with that process's data set."""
    if not isinstance(function, types.FunctionType):
        return copy.deepcopy(function, memo)
    cells = function.__closure__ or ()
    copied = tuple(types.CellType(copy.deepcopy(cell.cell_contents, memo)) for cell in cells)
    defaults = copy.deepcopy(function.__defaults__, memo)
    return types.FunctionType(function.__code__, function.__globals__, function.__name__, defaults, copied)


def state():
    return random.getstate(), torch.get_rng_state(), numpy.random.get_state()


def restore(wanted):
    """Put the three global generators into a state, and return the one that they were in."""
    before = state()
    random.setstate(wanted[0])
    torch.set_rng_state(wanted[1])
    numpy.random.set_state(wanted[2])
    loader_worker._worker_info = None
    return before


@pytest.fixture(autouse=True)
def workers_in_this_process(monkeypatch):
    monkeypatch.setattr(dataloader, "_MultiProcessingDataLoaderIter", Workers)


def leave(number):
    """What the rest of the program does to the global generators."""
    random.seed(number)
    numpy.random.seed(number)
    torch.default_generator.manual_seed(number)


def build(module, device, samples=8, batch_size=2, workers=2, seed=0, outside=0):
    """A loader, in a program that leaves the global generators in the state `outside`, before and after."""
    leave(outside)
    images = torch.ones(samples, 2, dtype=torch.float64, device=device)
    images[:, 1] = torch.arange(samples)
    with warnings.catch_warnings():  # of more workers than processors; none of ours is a process
        warnings.filterwarnings("ignore", "This DataLoader will create")
        loader = module.loader(images, batch_size, workers, seed)
    leave(outside)
    return loader


def epochs(loader, count):
    """What `count` epochs of the loader give, as pairs (factor, index of the image)."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "This DataLoader will create")
        return [pairs(torch.cat(list(loader))) for _ in range(count)]


def pairs(images):
    """Image i is (1, i): times a factor it shows both."""
    return [(factor, round(value / factor)) for factor, value in images.tolist()]


def factors(found):
    return [factor for epoch in found for factor, _ in epoch]


def alike(run, other):
    """How many reads have the same factor in both runs."""
    return sum(a == b for a, b in zip(factors(run), factors(other), strict=True))


# What loader promises


@pytest.mark.parametrize(("workers", "batch_size"), [(2, 2), (3, 1), (2, 3)])
def test_no_two_reads_of_an_epoch_share_a_factor(solution, device, workers, batch_size):
    found = epochs(build(solution, device, 12, batch_size, workers), 1)
    what = f"different factors in 12 reads by {workers} workers, in batches of {batch_size}"
    equal(len(set(factors(found))), 12, what)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_no_two_epochs_share_a_factor(solution, device, workers):
    found = epochs(build(solution, device, workers=workers), 4)
    equal(len(set(factors(found))), 32, f"different factors in 4 epochs of 8 reads, with {workers} workers")


# What already works and must stay


def test_without_workers_every_read_draws_a_new_factor(solution, device):
    found = epochs(build(solution, device, workers=0), 4)
    equal(len(set(factors(found))), 32, "different factors in 4 epochs of 8 reads, without workers")


@pytest.mark.parametrize("workers", [0, 2])
def test_loaders_with_the_same_arguments_give_the_same_epochs(solution, device, workers):
    first, second = (
        epochs(build(solution, device, workers=workers, seed=3, outside=outside), 3) for outside in (1, 2)
    )
    what = f"reads with the same factor, of 24 in two runs with the same seed and {workers} workers"
    equal(alike(first, second), 24, what)


@pytest.mark.parametrize("workers", [0, 2])
def test_another_seed_draws_other_factors(solution, device, workers):
    first, second = (epochs(build(solution, device, workers=workers, seed=seed), 1) for seed in (0, 100))
    what = f"reads with the same factor, of 8 in two runs with different seeds and {workers} workers"
    equal(alike(first, second), 0, what)


@pytest.mark.parametrize("workers", [0, 2])
def test_every_image_comes_once_per_epoch_and_in_order(solution, device, workers):
    found = epochs(build(solution, device, samples=5, workers=workers), 2)
    indices = [[index for _, index in epoch] for epoch in found]
    equal(indices, [[0, 1, 2, 3, 4]] * 2, f"the images of two epochs with {workers} workers")


def test_factors_range_from_a_half_to_one_and_a_half(solution, device):
    for workers in (0, 2):
        drawn = factors(epochs(build(solution, device, 200, 50, workers), 1))
        where = f"of 200 factors with {workers} workers"
        close(min(drawn), 0.5, f"the smallest {where}", rtol=0, atol=0.05)
        close(max(drawn), 1.5, f"the largest {where}", rtol=0, atol=0.05)
        close(sum(drawn) / 200, 1.0, f"the mean {where}", rtol=0, atol=0.1)
        equal(all(0.5 <= factor <= 1.5 for factor in drawn), True, f"whether all are in the range, {where}")


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_the_loader_has_as_many_workers_as_asked_for(solution, device, workers):
    loader = build(solution, device, workers=workers, batch_size=4)
    equal(loader.num_workers, workers, "the number of the loader's workers")
    equal(loader.batch_size, 4, "the loader's batch size")


def test_a_negative_number_of_workers_is_refused(solution, device):
    with raises(ValueError, "workers", "-1 workers"):
        build(solution, device, workers=-1)


# The documented failure


def test_workers_and_epochs_repeat_the_same_few_factors(broken, device):
    found = epochs(build(broken, device), 3)
    # Batches go to the two workers in turn: each reads 2 of the 4 batches, so it draws 4 factors, and the
    # other one, and all in the next epoch, draw the same 4.
    equal(len(set(factors(found))), 4, "different factors in 3 epochs of 8 reads, with 2 workers")
    first = factors(found[:1])
    equal(
        first[0:2] + first[4:6], first[2:4] + first[6:8], "the factors of worker 0, beside those of worker 1"
    )


def test_the_factors_repeat_whatever_the_global_generators_hold(broken, device):
    found = epochs(build(broken, device, workers=3, batch_size=1, samples=9, outside=5), 2)
    equal(len(set(factors(found))), 3, "different factors in 2 epochs of 9 reads, with 3 workers")
