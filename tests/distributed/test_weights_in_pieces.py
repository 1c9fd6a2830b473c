"""A model whose parameters are in pieces on several ranks: what `shard` and `save` promise.

The ranks are threads, and `Dist` stands in for torch.distributed: it knows when a rank waits forever.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import copy
import threading
import time

import pytest
import torch

from torchkata.checks import equal

pytestmark = pytest.mark.float64

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


def model_of(device):
    """A weight of 3 x 5, biases of 3, and a batch norm: parameters and buffers of several sizes."""
    linear = torch.nn.Linear(5, 3, dtype=torch.float64, device=device)
    model = torch.nn.Sequential(linear, torch.nn.BatchNorm1d(3, dtype=torch.float64, device=device))
    with torch.no_grad():
        for start, value in enumerate(model.state_dict().values()):
            value.copy_(torch.arange(value.numel()).reshape(value.shape) + 100 * start)
    return model


def run(module, device, size, threshold, trained=True):
    """By rank: how it ends, what it wrote, and its own state before and after saving."""
    models = [model_of(device) for _ in range(size)]
    written, before = [[] for _ in range(size)], [None] * size

    def one_rank(rank, dist):
        model = models[rank]
        module.shard(model, dist, threshold)
        if trained:  # every rank changes what it has
            for parameter in model.parameters():
                parameter.data.neg_()
        before[rank] = {name: value.clone() for name, value in model.state_dict().items()}
        module.save(model, dist, written[rank].append)
        return "done"

    return on_ranks(one_rank, size), written, before, models


def whole_state(device, trained=True):
    """What one process would save."""
    model = model_of(device)
    if trained:
        for parameter in model.parameters():
            parameter.data.neg_()
    return model.state_dict()


def check_written(written, wanted, situation):
    equal(
        [len(states) for states in written],
        [1] + [0] * (len(written) - 1),
        f"calls of write, by rank ({situation})",
    )
    state = written[0][0]
    equal(sorted(state), sorted(wanted), f"the names in the state ({situation})")
    for name, value in wanted.items():
        equal(state[name], value, f"{name} in the state ({situation})")


SETTINGS = [(2, 3), (3, 3), (4, 3), (2, 0), (3, 2)]


# What save promises


@pytest.mark.parametrize(("size", "threshold"), SETTINGS)
def test_rank_0_writes_the_whole_model(solution, device, size, threshold):
    ends, written, _, _ = run(solution, device, size, threshold)
    situation = f"{size} ranks, in pieces above {threshold} elements"
    equal(ends, ["done"] * size, f"what each rank does in the end ({situation})")
    check_written(written, whole_state(device), situation)


def test_a_single_process_can_load_it(solution, device):
    _, written, _, _ = run(solution, device, 2, 0)
    model = model_of(device)
    shapes = [list(value.shape) for value in model.state_dict().values()]
    got = [list(written[0][0][name].shape) for name in model.state_dict()]
    equal(got, shapes, "the shapes in the state, of a model that's in pieces everywhere")
    model.load_state_dict(written[0][0])
    equal(model.state_dict()["0.weight"], whole_state(device)["0.weight"], "the loaded weight")


# What already works and must stay


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_model_that_is_whole_everywhere_is_written_as_it_is(solution, device, size):
    ends, written, _, _ = run(solution, device, size, 15)
    equal(ends, ["done"] * size, f"what each of {size} ranks does in the end")
    check_written(written, whole_state(device), f"{size} ranks, nothing in pieces")


@pytest.mark.parametrize("threshold", [3, 15])
def test_the_model_stays_as_it_is(solution, device, threshold):
    _, written, before, models = run(solution, device, 2, threshold)
    for rank, model in enumerate(models):
        for name, value in model.state_dict().items():
            equal(value, before[rank][name], f"{name} on rank {rank} after saving, threshold {threshold}")
    kept = {name: value.clone() for name, value in written[0][0].items()}
    for parameter in models[0].parameters():
        parameter.data.fill_(7.0)
    for name, value in written[0][0].items():
        equal(value, kept[name], f"{name} in the state, after the model has changed")


@pytest.mark.parametrize(("size", "length"), [(2, 8), (3, 5), (4, 4)])
def test_the_pieces_have_one_length_and_are_filled_with_zeros(solution, device, size, length):
    _, _, before, models = run(solution, device, size, 3, trained=False)
    flat = torch.cat([states["0.weight"] for states in before])
    equal([len(states["0.weight"]) for states in before], [length] * size, "the lengths of the pieces")
    wanted = torch.zeros(size * length, dtype=torch.float64, device=device)
    wanted[:15] = whole_state(device, trained=False)["0.weight"].flatten()
    equal(flat, wanted, "all the pieces of the weight, one after another")
    equal(
        {name: list(shape) for name, shape in models[0].shapes.items()}, {"0.weight": [3, 5]}, "model.shapes"
    )


# The documented failure


@pytest.mark.parametrize(("size", "length"), [(2, 8), (3, 5)])
def test_the_state_has_the_first_piece_alone(broken, device, size, length):
    ends, written, before, _ = run(broken, device, size, 3)
    equal(ends, ["done"] * size, f"what each of {size} ranks does in the end")
    equal(list(written[0][0]["0.weight"].shape), [length], "the shape of the weight in the state")
    equal(written[0][0]["0.weight"], before[0]["0.weight"], "the weight in the state, beside rank 0's piece")
    equal(written[0][0]["0.bias"], whole_state(device)["0.bias"], "the bias in the state, which is whole")
