"""The commands of learners. Each parses nothing, calls one module, prints, and returns an exit status."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from torchkata.cli.shared import RED, SOLVED, UNAVAILABLE, Mistake, catalogue, console
from torchkata.system.paths import shown


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
    from torchkata.learner.progress import Progress
    from torchkata.learner.workspace import following

    all_katas = catalogue()
    first = all_katas[args.kata] if args.kata else None
    if args.json:
        states = Progress(all_katas.tree).states()
        entry = first or following(all_katas.entries, states, args.device) or all_katas.entries[0]
        return headless.as_json(all_katas, entry, lambda line: print(line, flush=True))
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Mistake("the loop needs a terminal; for scripts: kata watch --json, or kata check")
    limits = Limits(seconds=args.timeout)
    loop = Loop(all_katas, console, device=args.device, limits=limits, edit_command=args.edit)
    return loop.run(first)


def listed(args: argparse.Namespace) -> int:
    from torchkata.learner import screen
    from torchkata.learner.progress import Progress

    all_katas = catalogue()
    entries = [e for e in all_katas.entries if args.track in (None, e.card.track)]
    if args.track and not entries:
        tracks = dict.fromkeys(e.card.track for e in all_katas.entries)
        raise Mistake(f"there is no track {args.track!r}; tracks are {', '.join(tracks)}")
    states = Progress(all_katas.tree).states()
    if args.json:
        fields = ("id", "track", "title", "pitfall", "level", "kind", "minutes", "needs", "sources")
        rows = [
            {name: getattr(e.card, name) for name in fields} | {"state": states.get(e.id, "new")}
            for e in entries
        ]
        print(json.dumps(rows, indent=1, ensure_ascii=False))
    else:
        console.print(screen.katas(entries, states, pitfalls=args.pitfalls))
    return SOLVED


def show(args: argparse.Namespace) -> int:
    from torchkata.learner import screen
    from torchkata.learner.progress import Progress

    all_katas = catalogue()
    entry = all_katas[args.kata]
    solved = args.anyway or Progress(all_katas.tree).state(entry.kata) == "solved"
    console.print(screen.card(entry, solved=solved))
    return SOLVED


def start(args: argparse.Namespace) -> int:
    from torchkata.learner import workspace
    from torchkata.learner.progress import Progress

    all_katas = catalogue()
    entry = all_katas[args.kata]
    console.print(workspace.start(entry, Progress(all_katas.tree)), markup=False)
    console.print(
        f"Read: kata show {entry.id}\nEdit the file, save it, then: kata check {entry.id}", markup=False
    )
    return SOLVED


def check(args: argparse.Namespace) -> int:
    from torchkata.judging.judge import Judge
    from torchkata.judging.worker import Limits
    from torchkata.learner import screen, workspace
    from torchkata.learner.progress import Progress

    all_katas = catalogue()
    entry = all_katas[args.kata]
    file: Path = args.solution or entry.kata.copy
    if args.device not in ("cpu", "cuda", "mps"):
        raise Mistake(f"one device for one check, not {args.device!r}; choose cpu, cuda or mps")
    if not args.timeout > 0:
        raise Mistake(f"--timeout takes a positive number of seconds, not {args.timeout:g}")
    if args.solution is None and not file.is_file():
        raise Mistake(f"{entry.id} is not started; begin with: kata start {entry.id}")
    try:
        program = file.read_bytes()
    except OSError as problem:
        raise Mistake(f"{file} cannot be read ({problem.strerror}); --solution takes a Python file") from None
    progress = Progress(all_katas.tree)
    if args.solution is None:
        progress.keep(entry.kata)
    with Judge(all_katas.tree, [entry.kata], args.device, Limits(seconds=args.timeout)) as judge:
        found = judge.check(entry, program, shown(file))
    if args.solution is None:
        workspace.remember(found, program, entry, progress)
    if args.json:
        print(found.to_json())
    else:
        console.print(screen.verdict(found, entry, shown(file)))
    return {"solved": SOLVED, "unavailable": UNAVAILABLE}.get(found.verdict, RED)


def hint(args: argparse.Namespace) -> int:
    from torchkata.learner import workspace
    from torchkata.learner.progress import Progress

    all_katas = catalogue()
    console.print(workspace.hint(all_katas[args.kata], Progress(all_katas.tree)))
    return SOLVED


def diff(args: argparse.Namespace) -> int:
    from torchkata.learner import workspace
    from torchkata.learner.progress import Progress

    all_katas = catalogue()
    entry = all_katas[args.kata]
    if not args.anyway and Progress(all_katas.tree).state(entry.kata) != "solved":
        raise Mistake(
            f"{entry.id} is not solved yet, and this shows the answer; to see it all the same: --anyway"
        )
    console.print(workspace.differences(entry))
    return SOLVED


def reset(args: argparse.Namespace) -> int:
    from torchkata.learner import workspace
    from torchkata.learner.progress import Progress

    all_katas = catalogue()
    console.print(workspace.reset(all_katas[args.kata], Progress(all_katas.tree)), markup=False)
    return SOLVED


def history(args: argparse.Namespace) -> int:
    from torchkata.learner import workspace
    from torchkata.learner.progress import Progress

    all_katas = catalogue()
    console.print(workspace.history(all_katas[args.kata], Progress(all_katas.tree)))
    return SOLVED


def restore(args: argparse.Namespace) -> int:
    from torchkata.learner import workspace
    from torchkata.learner.progress import Progress

    all_katas = catalogue()
    try:
        console.print(workspace.restore(all_katas[args.kata], args.number, Progress(all_katas.tree)))
    except ValueError as problem:
        raise Mistake(str(problem)) from None
    return SOLVED


def again(args: argparse.Namespace) -> int:
    from torchkata.practice.again import Practice

    return Practice(catalogue(), console).run()


def quiz(args: argparse.Namespace) -> int:
    from torchkata.practice.quiz import Quiz

    if args.count < 1:
        raise Mistake("--count needs a number of questions, 1 or more")
    return Quiz(catalogue(), console).run(args.count, unsolved=args.all)
