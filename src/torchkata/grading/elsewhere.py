"""Checks that others run: other processes of this machine, or the machines of a cluster.

What travels is `Work`, what comes back is a verdict, and whatever maps a function over a list can carry them.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from torchkata.collection import content
from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree
from torchkata.grading.hiding import hidden
from torchkata.grading.keep import Kept
from torchkata.judging.judge import Judge
from torchkata.judging.verdict import Verdict
from torchkata.judging.worker import Limits

_starting = threading.Lock()  # a worker of a cluster may have several threads


class Differs(ValueError):
    """Whoever was to run a check has another torchkata, torch or Python; its verdict would be another's."""


class Lost(RuntimeError):
    """A check has no verdict, however often it was begun; the message says what became of it."""


@dataclass(frozen=True)
class Setting:
    """What all checks of a run share.

    tree:   whose katas; None for those of the installation
    secret: what no program may read, where it's there at all
    """

    tree: Path | None
    device: str
    limits: Limits
    secret: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Work:
    """One program of one kata, to be pickled.

    key:     digest of everything that its verdict depends on, where it was sent from
    learner: whose it is; that of several who have handed in the same
    """

    setting: Setting
    kata: str
    program: bytes
    key: str
    learner: str = ""


Map = Callable[[Callable[[Work], Verdict], Sequence[Work]], Iterable[Verdict | Lost]]


@dataclass(frozen=True)
class Road:
    """Where the checks of a run go.

    place: what a verdict depends on there besides what it depends on here, as the image of a container
    tier:  in words, what stands between a program and everything else; by default what does so here
    """

    over: Map
    place: str = ""
    tier: str = ""


def judged(work: Work) -> Verdict:
    """The verdict on one program. The first call in a process starts its judge, which then stays warm.

    Raises `Differs`.
    """
    with _starting:
        catalogue, kept, judge = _judge(work.setting)
    entry = catalogue[work.kata]
    if kept.key(entry.kata, work.program) != work.key:
        raise Differs(
            "a worker has another torchkata, torch or Python than the run that it works for; "
            "install the same on all machines"
        )
    return judge.check(entry, work.program, Path(f"{entry.id}.py"))


@functools.cache
def _judge(setting: Setting) -> tuple[Catalogue, Kept, Judge]:
    """It ends with its process: the judge's own processes don't outlive whoever started them."""
    catalogue = Catalogue(Tree(setting.tree) if setting.tree is not None else content.installed())
    tree = catalogue.tree
    judge = Judge(
        tree,
        [entry.kata for entry in catalogue.entries],
        setting.device,
        setting.limits,
        ahead=False,
        hidden=hidden(setting.secret, tree),
    )
    return catalogue, Kept(None, tree, setting.device, setting.limits), judge


def over_dask(address: str) -> Map:
    """Through the Dask scheduler at `address`, as tcp://host:8786. What a dead worker had goes to another."""

    def run(function: Callable[[Work], Verdict], works: Sequence[Work]) -> Iterator[Verdict | Lost]:
        from distributed import Client, KilledWorker

        with Client(address) as client:  # type: ignore[no-untyped-call]
            for future in client.map(function, works, pure=False):
                try:
                    yield future.result()
                except KilledWorker as problem:
                    yield Lost(str(problem))

    return run
