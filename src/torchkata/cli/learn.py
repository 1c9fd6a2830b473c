"""The commands of learners. Each parses nothing, calls one module, prints, and returns an exit status."""

from __future__ import annotations

import argparse
import errno
import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

from torchkata.cli.shared import (
    OUR_FAULT,
    RED,
    SOLVED,
    UNAVAILABLE,
    Mistake,
    catalogue,
    console,
    progress,
    require_one_device,
    require_time_limit,
)
from torchkata.system.paths import shown
from torchkata.system.trouble import told

PIPE = 200  # columns where no terminal is: whoever filters lines wants them whole
LARGEST = 64 << 20  # bytes of one program


def session(args: argparse.Namespace) -> int:
    from torchkata.learner import headless
    from torchkata.learner.loop import Loop

    if sys.stdin.isatty() and sys.stdout.isatty():
        return Loop(catalogue(), console).run()
    return headless.once(catalogue(), console)


def watch(args: argparse.Namespace) -> int:
    from torchkata.judging.worker import Limits
    from torchkata.learner import headless
    from torchkata.learner.loop import Loop
    from torchkata.learner.workspace import following

    all_katas = catalogue()
    require_one_device(args.device)
    require_time_limit(args.timeout)
    first = all_katas[args.kata] if args.kata else None
    if args.json:
        states = progress(all_katas).states()
        entry = first or following(all_katas.entries, states, args.device) or all_katas.entries[0]
        return headless.as_json(all_katas, entry, lambda line: print(line, flush=True))
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Mistake("the loop needs a terminal; for scripts: kata watch --json, or kata check")
    limits = Limits(seconds=args.timeout)
    loop = Loop(all_katas, console, device=args.device, limits=limits, edit_command=args.edit)
    return loop.run(first)


def listed(args: argparse.Namespace) -> int:
    from rich.console import Console

    from torchkata.show import lists

    all_katas = catalogue()
    entries = [e for e in all_katas.entries if args.track in (None, e.card.track)]
    if args.track and not entries:
        tracks = dict.fromkeys(e.card.track for e in all_katas.entries)
        raise Mistake(f"there is no track {args.track!r}; tracks are {', '.join(tracks)}")
    states = progress(all_katas).states()
    if args.json:
        fields = ("id", "track", "title", "pitfall", "level", "kind", "minutes", "needs", "sources")
        rows = [
            {name: getattr(e.card, name) for name in fields} | {"state": states.get(e.id, "new")}
            for e in entries
        ]
        print(json.dumps(rows, indent=1, ensure_ascii=False))
    else:
        page = console if console.is_terminal else Console(width=PIPE, highlight=False)
        page.print(lists.katas(entries, states, page.width, pitfalls=args.pitfalls))
    return SOLVED


def show(args: argparse.Namespace) -> int:
    from torchkata.show import cards

    all_katas = catalogue()
    entry = all_katas[args.kata]
    solved = args.anyway or progress(all_katas).state(entry.kata) == "solved"
    console.print(cards.card(entry, solved=solved))
    return SOLVED


def start(args: argparse.Namespace) -> int:
    from torchkata.learner import workspace

    all_katas = catalogue()
    entry = all_katas[args.kata]
    console.print(workspace.start(entry, progress(all_katas)), markup=False)
    console.print(
        f"Read: kata show {entry.id}\nEdit the file, save it, then: kata check {entry.id}", markup=False
    )
    return SOLVED


def check(args: argparse.Namespace) -> int:
    from torchkata.judging.judge import Judge
    from torchkata.judging.worker import Limits
    from torchkata.learner import joined, workspace
    from torchkata.show import verdicts

    all_katas = catalogue()
    entry = all_katas[args.kata]
    file: Path = args.solution or entry.kata.copy
    require_one_device(args.device)
    require_time_limit(args.timeout)
    if args.solution is None and not file.is_file():
        raise Mistake(f"{entry.id} is not started; begin with: kata start {entry.id}")
    try:
        program = _program(file)
    except OSError as problem:
        raise Mistake(f"{file} cannot be read ({problem.strerror}); --solution takes a Python file") from None
    kept = progress(all_katas)
    if args.solution is None:
        recorded(lambda: kept.keep(entry.kata))
    with Judge(all_katas.tree, [entry.kata], args.device, Limits(seconds=args.timeout)) as judge:
        found = judge.check(entry, program, shown(file))
    if args.solution is None:
        recorded(lambda: workspace.remember(found, program, entry, kept))
        joined.tell_in_background(all_katas.tree)
    if args.json:
        print(found.to_json())
    else:
        console.print(verdicts.verdict(found, entry, shown(file)))
    return {"solved": SOLVED, "unavailable": UNAVAILABLE, "internal": OUR_FAULT}.get(found.verdict, RED)


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
        print(f"kata: not recorded: {told(problem)}", file=sys.stderr)


def hint(args: argparse.Namespace) -> int:
    from torchkata.learner import joined, workspace

    all_katas = catalogue()
    console.print(workspace.hint(all_katas[args.kata], progress(all_katas)))
    joined.tell_in_background(all_katas.tree)
    return SOLVED


def diff(args: argparse.Namespace) -> int:

    from torchkata.show import cards

    all_katas = catalogue()
    entry = all_katas[args.kata]
    if not args.anyway and progress(all_katas).state(entry.kata) != "solved":
        raise Mistake(f"{entry.id} isn't solved yet, and this shows the answer. To see it anyway: --anyway")
    console.print(cards.solution(entry, console.width))
    return SOLVED


def reset(args: argparse.Namespace) -> int:
    from torchkata.learner import workspace

    all_katas = catalogue()
    console.print(workspace.reset(all_katas[args.kata], progress(all_katas)), markup=False)
    return SOLVED


def history(args: argparse.Namespace) -> int:
    from torchkata.learner import workspace

    all_katas = catalogue()
    entry, kept = all_katas[args.kata], progress(all_katas)
    if args.number is None:
        console.print(workspace.history(entry, kept))
        return SOLVED
    try:
        console.print(workspace.version(entry, args.number, kept))
    except ValueError as problem:
        raise Mistake(str(problem)) from None
    return SOLVED


def restore(args: argparse.Namespace) -> int:
    from torchkata.learner import workspace

    all_katas = catalogue()
    try:
        said = workspace.restore(all_katas[args.kata], args.number, progress(all_katas))
        console.print(said, markup=False)
    except ValueError as problem:
        raise Mistake(str(problem)) from None
    return SOLVED


def again(args: argparse.Namespace) -> int:
    from torchkata.practice.again import Practice

    return Practice(catalogue(), console).run(now=args.now)


def quiz(args: argparse.Namespace) -> int:
    from torchkata.practice.quiz import Quiz

    if args.count < 1:
        raise Mistake("--count needs a number of questions, 1 or more")
    return Quiz(catalogue(), console).run(args.count, unsolved=args.all)


def export(args: argparse.Namespace) -> int:
    from torchkata.learner import portable

    count = portable.write(catalogue(), args.file)
    console.print(f"{args.file} holds your {count} copies, their versions and your history.", markup=False)
    console.print("Elsewhere: kata import FILE", markup=False)
    return SOLVED


def bring(args: argparse.Namespace) -> int:
    from torchkata.learner import portable

    try:
        brought = portable.read(catalogue(), args.file)
    except portable.NoArchive as problem:
        raise Mistake(str(problem)) from None
    count = len(brought.copies)
    copies = "1 copy" if count == 1 else f"{count} copies"
    console.print(f"{copies} and {brought.events} events of history came in.", markup=False)
    for kata in brought.kept:
        console.print(
            f"{kata}: your copy here is another one and stays; see kata history {kata}", markup=False
        )
    return SOLVED
