"""A cohort: everybody's programs, several at a time, here or wherever a map sends them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from torchkata.collection.layout import Tree
from torchkata.grading.elsewhere import Map, Road
from torchkata.grading.grader import Grader
from torchkata.grading.result import Report, Result
from torchkata.grading.submission import Submission
from torchkata.judging.worker import Limits


class NothingToGrade(ValueError):
    """No file is named after a kata; the message says which ones there are instead."""


def grade(
    folders: Sequence[Path],
    katas: Iterable[str] = (),
    *,
    tree: Tree | None = None,
    device: str = "cpu",
    limits: Limits | None = None,
    keep: Path | None = None,
    accept: Sequence[str] = (),
    shard: tuple[int, int] = (1, 1),
    workers: int | None = None,
    over: Map | Road | None = None,
    told: Callable[[Result], None] = lambda _: None,
) -> Report:
    """Grade the submissions in `folders`, a learner each.

    katas: what everybody should have handed in; by default whatever somebody has begun
    shard: (i, n) grades the i-th of n parts; `merged` puts them together
    over:  a map, as a pool of processes or a cluster has: what isn't kept is judged where it sends
           `elsewhere.Work`; by default here
    told:  hears of every result as soon as it is there, in their order
    Raises `NothingToGrade`, and ValueError for two folders of one name.
    """
    submissions = sorted((Submission.of(folder) for folder in folders), key=lambda s: s.learner)
    learners = [submission.learner for submission in submissions]
    twice = sorted({name for name in learners if learners.count(name) > 1})
    if twice:
        raise ValueError(f"two folders are called {twice[0]}; a learner is known by the folder's name")
    wanted = list(katas)
    road = over if over is None or isinstance(over, Road) else Road(over)
    with Grader(
        wanted, tree=tree, device=device, limits=limits, keep=keep, accept=accept, road=road
    ) as grader:
        grader.submissions = submissions
        ids = [entry.id for entry in grader.catalogue.entries]
        strays = {s.learner: found for s in submissions if (found := s.strays(ids))}
        grader.entries = grader.entries if wanted else grader.begun(submissions)
        chosen = [entry.id for entry in grader.entries]
        if not any(submission.has(kata) for submission in submissions for kata in chosen):
            raise NothingToGrade(_nothing(folders, strays))
        pairs = [(s, kata) for s in submissions for kata in sorted(chosen)][shard[0] - 1 :: shard[1]]
        results = []
        for result in (
            grader.elsewhere(pairs, road.over) if road else _here(grader, pairs, workers or _cores())
        ):
            results.append(result)
            told(result)
        return Report(results, sorted(chosen), learners, device, strays, grader.known, shard)


def _here(grader: Grader, pairs: Sequence[tuple[Submission, str]], workers: int) -> Iterator[Result]:
    with ThreadPoolExecutor(workers) as pool:
        try:
            yield from pool.map(lambda pair: grader.grade(*pair), pairs)
        except BaseException:  # an interrupt, most of all: what has not begun need not begin
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _nothing(folders: Sequence[Path], strays: dict[str, dict[str, str]]) -> str:
    pairs = [pair for of in strays.values() for pair in of.items()]
    named = [f"{file} (did you mean {near}.py?)" if near else file for file, near in pairs]
    there = f"; there is {', '.join(named[:3])}" if named else ""
    return (
        f"nothing in {', '.join(map(str, folders[:3]))} is named after a kata and changed{there}. "
        "A submission holds files like graph/second_step.py; for a folder of submissions: --each"
    )


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
