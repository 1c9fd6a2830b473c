"""A model that is trained on several ranks, some of them without samples: what `train` promises.

The ranks are threads, and `Dist` stands in for torch.distributed: it knows when a rank waits forever.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import copy
import threading
import time
from itertools import chain

import pytest
import torch

from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

LR = 0.125
# The samples (x, y) from which ranks take their batches, one after another.
SAMPLES = [(1.0, 4.0), (0.0, 1.0), (2.0, -1.0), (-1.0, 0.0), (1.0, 0.5), (0.5, 3.0)]
STARTS = [(0.5, 1.0), (5.0, -3.0), (-1.0, 2.0)]  # (w, b) that each rank brings
SECONDS = 4.0  # in which the other ranks must come to a collective


class Stuck(Exception):
    """A collective that some rank never joins."""


class World:
    """Stands in for a process group: the ranks are threads, and a collective ends when all have called it."""

    def __init__(self, size):
        self.size, self.turn = size, threading.Condition()
        self.waiting, self.values, self.over, self.round = {}, [], set(), 0

    def meet(self, rank, call, value):
        """What all ranks brought to the same call, by rank."""
        with self.turn:
            mine = self.round
            self.waiting[rank] = call, value
            if len(self.waiting) == self.size and len({call for call, _ in self.waiting.values()}) == 1:
                self.values = [self.waiting[k][1] for k in range(self.size)]
                self.waiting, self.round = {}, mine + 1
            self.turn.notify_all()
            self.turn.wait_for(
                lambda: self.round > mine or len({*self.waiting, *self.over}) == self.size, SECONDS
            )
            if self.round == mine:
                raise Stuck(f"waits in {call}")
            return self.values

    def leave(self, rank):
        with self.turn:
            self.over.add(rank)
            self.turn.notify_all()


class Dist:
    """The part of torch.distributed that a rank sees."""

    ReduceOp = torch.distributed.ReduceOp

    def __init__(self, world, rank):
        self._world, self._rank = world, rank

    def is_initialized(self):
        return True

    def get_rank(self):
        return self._rank

    def get_world_size(self):
        return self._world.size

    def _meet(self, name, value):
        many = f" of size {value.numel()}" if isinstance(value, torch.Tensor) else ""
        value = value.detach().clone() if isinstance(value, torch.Tensor) else copy.deepcopy(value)
        return self._world.meet(self._rank, name + many, value)

    def _reduced(self, name, tensor, op):
        values = torch.stack([value.reshape(tensor.shape) for value in self._meet(name, tensor)])
        result = {"MAX": values.amax, "MIN": values.amin, "AVG": values.mean}.get(
            str(op).split(".")[-1], values.sum
        )
        return result(dim=0)

    def all_reduce(self, tensor, op=ReduceOp.SUM):
        result = self._reduced("all_reduce", tensor, op)
        tensor.detach().copy_(result)

    def reduce(self, tensor, dst, op=ReduceOp.SUM):
        result = self._reduced("reduce", tensor, op)
        if self._rank == dst:
            tensor.detach().copy_(result)

    def broadcast(self, tensor, src):
        values = self._meet("broadcast", tensor)
        tensor.detach().copy_(values[src].reshape(tensor.shape))

    def all_gather(self, tensors, tensor):
        for mine, value in zip(tensors, self._meet("all_gather", tensor), strict=True):
            mine.detach().copy_(value.reshape(mine.shape))

    def gather(self, tensor, gather_list=None, dst=0):
        values = self._meet("gather", tensor)
        for mine, value in zip(gather_list or [], values if self._rank == dst else []):
            mine.detach().copy_(value)

    def all_gather_object(self, objects, value):
        objects[:] = self._meet("all_gather_object", [value])
        objects[:] = copy.deepcopy([value for (value,) in objects])

    def gather_object(self, value, object_gather_list=None, dst=0):
        values = self._meet("gather_object", [value])
        if self._rank == dst:
            object_gather_list[:] = [value for (value,) in values]

    def barrier(self):
        self._meet("barrier", None)


def on_ranks(function, size):
    """What `function(rank, dist)` returned on each rank, or in words where it waits forever."""
    world, results, errors = World(size), [None] * size, []

    def be(rank):
        try:
            results[rank] = function(rank, Dist(world, rank))
        except Stuck as stuck:
            results[rank] = str(stuck)
        except BaseException as error:
            errors.append(error)
        finally:
            world.leave(rank)

    threads = [threading.Thread(target=be, args=(rank,), daemon=True) for rank in range(size)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + SECONDS + 1  # a rank that waits for one that's lost gives up before
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    for rank, thread in enumerate(threads):
        if thread.is_alive():
            results[rank] = f"has no end after {SECONDS + 1:g} s"
    if errors:
        raise errors[0]
    return results


def shards_of(sizes):
    """Batches by rank and step; `sizes` are by step and rank. Each step starts over with SAMPLES."""
    return [
        [SAMPLES[sum(step[:rank]) : sum(step[: rank + 1])] for step in sizes] for rank in range(len(sizes[0]))
    ]


def run(module, device, sizes):
    """By rank: where it waits forever or "done", and its (w, b)."""
    shards = shards_of(sizes)
    models = [torch.nn.Linear(1, 1, dtype=torch.float64, device=device) for _ in shards]

    def one_rank(rank, dist):
        for parameter, value in zip(models[rank].parameters(), STARTS[rank]):
            torch.nn.init.constant_(parameter, value)
        batches = [torch.tensor(b, dtype=torch.float64, device=device).reshape(-1, 2) for b in shards[rank]]
        module.train(models[rank], [(batch[:, :1], batch[:, 1:]) for batch in batches], LR, dist)
        return "done"

    ends = on_ranks(one_rank, len(shards))
    return ends, [[parameter.item() for parameter in model.parameters()] for model in models]


def step(line, samples):
    """The line after one step on the mean over these samples, with both derivatives written out."""
    if not samples:
        return line
    slopes = [2 * (line[0] * x + line[1] - y) / len(samples) for x, y in samples]
    gradient = sum(slope * x for slope, (x, _) in zip(slopes, samples)), sum(slopes)
    return line[0] - LR * gradient[0], line[1] - LR * gradient[1]


def check(module, device, sizes):
    ends, lines = run(module, device, sizes)
    situation = f"samples by step and rank: {sizes}"
    equal(ends, ["done"] * len(sizes[0]), f"what each rank does in the end ({situation})")
    line = STARTS[0]
    for batches in zip(*shards_of(sizes)):
        line = step(line, list(chain(*batches)))
    for rank, got in enumerate(lines):
        close(got, list(line), f"weight and bias of rank {rank} ({situation})", rtol=1e-6, atol=1e-6)


# What train promises


@pytest.mark.parametrize(
    "sizes",
    [[[2, 0], [1, 2]], [[0, 3]], [[1, 1], [2, 0]], [[0, 1], [2, 2], [3, 0], [1, 1]], [[0, 2, 1], [1, 0, 0]]],
    ids=str,
)
def test_a_rank_without_samples_takes_the_others_steps(solution, device, sizes):
    check(solution, device, sizes)


def test_the_order_of_empty_batches_does_not_matter(solution, device):
    for sizes in ([[0, 2], [2, 0], [1, 1]], [[1, 1], [0, 2], [2, 0]]):
        check(solution, device, sizes)


# What already works and must stay


@pytest.mark.parametrize("sizes", [[[2, 2], [1, 3]], [[1, 1, 2]] * 3, [[3], [1]], [[1, 2]]], ids=str)
def test_samples_count_the_same_on_every_rank(solution, device, sizes):
    check(solution, device, sizes)


@pytest.mark.parametrize("sizes", [[[0, 0]], [[1, 2], [0, 0], [2, 1]], [[0], [2]]], ids=str)
def test_a_step_without_any_sample_changes_nothing(solution, device, sizes):
    check(solution, device, sizes)


# The documented failure


def test_the_rank_with_more_batches_waits_for_ever(broken, device):
    ends, _ = run(broken, device, [[2, 2], [2, 0]])
    equal(ends, ["waits in all_reduce of size 1", "done"], "what each rank does in the end")


def test_the_ranks_meet_in_different_steps(broken, device):
    ends, lines = run(broken, device, [[2, 0], [1, 2], [0, 1]])
    equal(ends, ["done", "done"], "what each rank does in the end, with an empty batch on each")
    first = shards_of([[2, 0], [1, 2], [0, 1]])
    line = STARTS[0]
    for own, other in zip([first[0][0], first[0][1]], [first[1][1], first[1][2]]):
        line = step(line, own + other)  # rank 0's batches with those that come a step later on rank 1
    for rank in (0, 1):
        close(lines[rank], list(line), f"weight and bias of rank {rank}", rtol=1e-6, atol=1e-6)
