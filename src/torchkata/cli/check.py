"""`kata check`: one verdict, on a learner's copy or on any file; or whether what is solved still is."""

from __future__ import annotations

import argparse
import errno
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from torchkata.cli.shared import (
    OUR_FAULT,
    RED,
    SOLVED,
    UNAVAILABLE,
    Mistake,
    catalogue,
    complain,
    console,
    progress,
    require_one_device,
    require_time_limit,
)
from torchkata.collection.catalogue import Catalogue, Entry, UnknownKata
from torchkata.system.paths import shown
from torchkata.system.patience import patience
from torchkata.system.trouble import told

if TYPE_CHECKING:  # the commands import it when they need it
    from torchkata.judging.judge import Judge

LARGEST = 64 << 20  # bytes of one program


def check(args: argparse.Namespace) -> int:
    from torchkata.judging.judge import Judge
    from torchkata.judging.worker import Limits
    from torchkata.learner import joined, workspace
    from torchkata.show import problems, verdicts

    all_katas = catalogue()
    require_one_device(args.device)
    require_time_limit(args.timeout)
    if args.solved:
        return _check_solved(args, all_katas)
    if args.kata is None:
        raise Mistake("name a kata, as in: kata check basics/square; `kata list` shows them all")
    entry = all_katas[args.kata]
    file: Path = args.solution or entry.kata.copy
    if args.solution is None and not file.is_file():
        raise Mistake(f"{entry.id} is not started; begin with: kata start {entry.id}")
    try:
        program = _program(file)
    except OSError as problem:
        raise Mistake(f"{file} cannot be read ({problem.strerror}); --solution takes a Python file") from None
    kept = progress(all_katas)
    if args.solution is None:
        recorded(lambda: kept.keep(entry.kata))
    limits = Limits(seconds=args.timeout)
    with patience(complain), Judge(all_katas.tree, [entry.kata], args.device, limits) as judge:
        found = judge.check(entry, program, shown(file))
    if args.solution is None:
        recorded(lambda: workspace.remember(found, program, entry, kept))
        joined.tell_in_background(all_katas.tree)
    if args.json:
        print(found.to_json())
    elif args.problems:
        print("\n".join(problems.lines(found, shown(file))))
    else:
        console.print(verdicts.verdict(found, entry, shown(file)))
    return {"solved": SOLVED, "unavailable": UNAVAILABLE, "internal": OUR_FAULT}.get(found.verdict, RED)


def _check_solved(args: argparse.Namespace, all_katas: Catalogue) -> int:
    """Whether what is solved still is, with a line a kata; for a machine that has no history."""
    from torchkata.judging.judge import Judge
    from torchkata.judging.worker import Limits
    from torchkata.learner import solved

    if args.kata or args.solution or args.json or args.problems:
        raise Mistake(
            "--solved takes the katas in solved.txt, and neither a kata, --solution, --json nor --problems"
        )
    try:
        names = solved.read(all_katas.tree)
    except FileNotFoundError:
        raise Mistake(
            "there is no solved.txt here; make one with a workflow: kata init --ci github"
        ) from None
    if not names:
        console.print("No kata is solved yet, so nothing was checked.")
        return SOLVED
    entries = {}
    for name in names:
        with suppress(UnknownKata):
            entries[name] = all_katas[name]
    found = []
    limits = Limits(seconds=args.timeout)
    katas = [entry.kata for entry in entries.values()]
    with Judge(all_katas.tree, katas, args.device, limits, ahead=False) as judge:
        for name in names:
            entry = entries.get(name)
            kind, said = _still(judge, entry)
            found.append(kind)
            line = f"{entry.id if entry else name}: {kind}" + (
                f": {said}" if kind != "solved" and said else ""
            )
            console.print(line, markup=False, soft_wrap=True)
    count = found.count("solved")
    console.print(f"{count} of {len(found)} solved katas still are.")
    if "internal" in found:
        return OUR_FAULT
    # One that can't run here was not checked, and whoever is green has checked all.
    rest = set(found) - {"solved"}
    return SOLVED if not rest else UNAVAILABLE if rest == {"unavailable"} else RED


def _still(judge: Judge, entry: Entry | None) -> tuple[str, str]:
    """The verdict on the copy of a kata, or why there is none, in a word; and a sentence about it."""
    if entry is None:
        return "unknown", "there is no such kata any more; take its line out of solved.txt"
    file = entry.kata.copy
    if not file.is_file():
        return "missing", f"there is no {shown(file)}"
    try:
        program = _program(file)
    except OSError as problem:
        return "unreadable", f"{problem.strerror}: {shown(file)}; to begin again: kata reset {entry.id}"
    verdict = judge.check(entry, program, shown(file))
    test = verdict.first_failed
    return verdict.verdict, verdict.message or (f"{test.sentence}: {test.message}" if test else "")


def _program(file: Path) -> bytes:
    """The text of a program. Raises OSError for what is no file, as /dev/zero, or too large for one."""
    found = file.stat()
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "not a file", str(file))
    if found.st_size > LARGEST:
        raise OSError(errno.EFBIG, "larger than any program", str(file))
    return file.read_bytes()


def recorded(act: Callable[[], object]) -> None:
    """A verdict that can't be written down is shown all the same; standard error says why."""
    try:
        act()
    except OSError as problem:
        complain(f"kata: not recorded: {told(problem)}")
