"""The commands of learners. Each parses nothing, calls one module, prints, and returns an exit status."""

from __future__ import annotations

import argparse
import json
import sys

from torchkata.cli import case
from torchkata.cli.shared import (
    SOLVED,
    Mistake,
    catalogue,
    console,
    progress,
    require_one_device,
    require_time_limit,
    some_katas,
)


def session(args: argparse.Namespace) -> int:
    from torchkata.learner import headless
    from torchkata.learner.loop import Loop

    all_katas = some_katas()
    if sys.stdin.isatty() and sys.stdout.isatty():
        return Loop(all_katas, console, case=case.given).run()
    return headless.once(all_katas, console)


def watch(args: argparse.Namespace) -> int:
    from torchkata.judging.worker import Limits
    from torchkata.learner import headless
    from torchkata.learner.loop import Loop
    from torchkata.learner.workspace import following

    all_katas = some_katas()
    require_one_device(args.device)
    require_time_limit(args.timeout)
    first = all_katas[args.kata] if args.kata else None
    limits = Limits(seconds=args.timeout)
    if args.json or args.problems:
        if args.edit is not None:
            form = "--json" if args.json else "--problems"
            raise Mistake(f"--edit is for the loop, and not for {form}; leave one of the two out")
        states = progress(all_katas).states()
        entry = first or following(all_katas.entries, states, args.device) or all_katas.entries[0]
        if args.json:
            return headless.as_json(all_katas, entry, _print, args.device, limits)
        others = [] if first is not None else [one for one in all_katas.entries if one is not entry]
        return headless.as_problems(all_katas, [entry, *others], _print, args.device, limits)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Mistake("the loop needs a terminal; for scripts: kata watch --json, or kata check")
    loop = Loop(
        all_katas,
        console,
        device=args.device,
        limits=limits,
        edit_command=args.edit,
        case=case.given,
    )
    return loop.run(first)


def _print(line: str) -> None:
    print(line, flush=True)


def listed(args: argparse.Namespace) -> int:
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
    elif console.is_terminal:
        console.print(lists.katas(entries, states, console.width, pitfalls=args.pitfalls))
    else:
        print("\n".join(lists.lines(entries, states, pitfalls=args.pitfalls)))
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
    from torchkata.learner import folders, portable

    all_katas = catalogue()
    cases = len({file.relative_to(all_katas.tree.root).parts[1] for file in folders.files(all_katas.tree)})
    try:
        count = portable.write(all_katas, args.file)
    except FileExistsError:
        raise Mistake(f"{args.file} is there already, and stays as it is; give another name") from None
    of_cases = f", the folders of {cases} case{'s' * (cases != 1)}" if cases else ""
    console.print(
        f"{args.file} holds your {count} copies, their versions{of_cases} and your history.", markup=False
    )
    console.print(f"Elsewhere: kata import {args.file.name}", markup=False)
    return SOLVED


def bring(args: argparse.Namespace) -> int:
    from torchkata.learner import portable
    from torchkata.system.paths import shown

    try:
        brought = portable.read(catalogue(), args.file)
    except portable.NoArchive as problem:
        raise Mistake(str(problem)) from None
    if not any(vars(brought).values()):
        console.print(f"Nothing new: all that is in {args.file} is here already.", markup=False)
        return SOLVED
    count = len(brought.copies)
    copies = "1 copy" if count == 1 else f"{count} copies"
    console.print(f"{copies} and {brought.events} events of history came in.", markup=False)
    for folder in brought.cases:
        console.print(f"cases-work/{folder} came in; to go on with it: kata case", markup=False)
    for folder, where in brought.cases_kept.items():
        console.print(
            f"cases-work/{folder}: what is here differs and stays; what came is in {shown(where)}",
            markup=False,
            soft_wrap=True,
        )
    for kata in brought.kept:
        console.print(
            f"{kata}: your copy here is another one and stays; see kata history {kata}", markup=False
        )
    for name, why in brought.left_out.items():
        console.print(f"Left out: {name}: {why}", markup=False, soft_wrap=True)
    return SOLVED
