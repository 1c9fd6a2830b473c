"""Run a function in several ranks that are threads, with a stand-in for torch.distributed that knows when a
rank waits forever. For what needs real processes and gradients across them, there is `ranks`."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import torch
import torch.distributed as dist

SECONDS = 4.0  # in which the other ranks must come to a collective


class Stuck(Exception):
    """A collective that some rank never joins."""


class World:
    """The process group: a collective ends when all ranks have called the same one."""

    def __init__(self, size: int) -> None:
        self.size, self.turn = size, threading.Condition()
        self.waiting: dict[int, tuple[str, Any]] = {}
        self.values: list[Any] = []
        self.over: set[int] = set()
        self.round = 0

    def meet(self, rank: int, call: str, value: Any) -> list[Any]:
        """What all ranks brought to the same call, by rank. Raises `Stuck` when it never comes about: all the
        others have left or wait in another one."""
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

    def leave(self, rank: int) -> None:
        with self.turn:
            self.over.add(rank)
            self.turn.notify_all()


class Dist:
    """The part of torch.distributed that a rank sees. Nothing that is received has a graph or shares memory
    with what was sent."""

    ReduceOp = dist.ReduceOp

    def __init__(self, world: World, rank: int) -> None:
        self._world, self._rank = world, rank

    def is_initialized(self) -> bool:
        return True

    def get_rank(self) -> int:
        return self._rank

    def get_world_size(self) -> int:
        return self._world.size

    def _meet(self, name: str, value: Any) -> list[Any]:
        many = f" of size {value.numel()}" if isinstance(value, torch.Tensor) else ""
        value = value.detach().clone() if isinstance(value, torch.Tensor) else copy.deepcopy(value)
        return self._world.meet(self._rank, name + many, value)

    def _reduced(self, name: str, tensor: torch.Tensor, op: Any) -> torch.Tensor:
        values = torch.stack([value.reshape(tensor.shape) for value in self._meet(name, tensor)])
        others: dict[str, Callable[..., torch.Tensor]] = {
            "MAX": values.amax,
            "MIN": values.amin,
            "AVG": values.mean,
        }
        return others.get(str(op).split(".")[-1], values.sum)(dim=0)

    def all_reduce(self, tensor: torch.Tensor, op: Any = ReduceOp.SUM) -> None:
        result = self._reduced("all_reduce", tensor, op)
        tensor.detach().copy_(result)

    def reduce(self, tensor: torch.Tensor, dst: int, op: Any = ReduceOp.SUM) -> None:
        result = self._reduced("reduce", tensor, op)
        if self._rank == dst:
            tensor.detach().copy_(result)

    def broadcast(self, tensor: torch.Tensor, src: int) -> None:
        values = self._meet("broadcast", tensor)
        tensor.detach().copy_(values[src].reshape(tensor.shape))

    def all_gather(self, tensors: Sequence[torch.Tensor], tensor: torch.Tensor) -> None:
        for mine, value in zip(tensors, self._meet("all_gather", tensor), strict=True):
            mine.detach().copy_(value.reshape(mine.shape))

    def gather(
        self, tensor: torch.Tensor, gather_list: Sequence[torch.Tensor] | None = None, dst: int = 0
    ) -> None:
        values = self._meet("gather", tensor)
        for mine, value in zip(gather_list or [], values if self._rank == dst else []):
            mine.detach().copy_(value)

    def all_gather_object(self, objects: list[Any], value: Any) -> None:
        objects[:] = self._meet("all_gather_object", [value])
        objects[:] = copy.deepcopy([value for (value,) in objects])

    def gather_object(self, value: Any, object_gather_list: list[Any] | None = None, dst: int = 0) -> None:
        values = self._meet("gather_object", [value])
        if self._rank == dst and object_gather_list is not None:
            object_gather_list[:] = [value for (value,) in values]

    def barrier(self) -> None:
        self._meet("barrier", None)


def run(function: Callable[[int, Dist], Any], count: int) -> list[Any]:
    """Call `function(rank, dist)` in `count` threads; what each returned, by rank.

    A rank that waits forever has "waits in all_reduce of size 1" instead, and one that computes for too long
    "has no end after 5 s". What a rank raises is raised here, after all of them have ended.
    """
    world, errors = World(count), list[BaseException]()
    results: list[Any] = [None] * count

    def be(rank: int) -> None:
        try:
            results[rank] = function(rank, Dist(world, rank))
        except Stuck as stuck:
            results[rank] = str(stuck)
        except BaseException as error:
            errors.append(error)
        finally:
            world.leave(rank)

    threads = [threading.Thread(target=be, args=(rank,), daemon=True) for rank in range(count)]
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
