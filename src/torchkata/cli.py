"""The `kata` command: parses, calls, prints. Nothing here imports torch."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from torchkata import __version__
from torchkata.card import CardError
from torchkata.catalogue import Catalogue, CatalogueError, UnknownKata
from torchkata.devices import DeviceError
from torchkata.layout import Tree
from torchkata.plain import adapt_output

SOLVED, RED, MISTAKE, UNAVAILABLE = 0, 1, 2, 3
INTERRUPTED = 130

console = Console(highlight=False)


class Mistake(Exception):
    """A mistake in the call; the message says what to type instead."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit status."""
    adapt_output()
    args = parser().parse_args(argv)
    try:
        status = args.run(args)
    except (Mistake, UnknownKata, CardError, CatalogueError, DeviceError) as problem:
        message = problem.args[0] if problem.args else problem
        print(f"kata: {message}", file=sys.stderr)
        status = MISTAKE
    except KeyboardInterrupt:
        status = INTERRUPTED
    except BrokenPipeError:  # the reader of our output has left
        status = 0
        sys.stderr.close()
    sys.exit(status)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="kata",
        description="PyTorch's failures, one at a time. Without a command: go on with the next kata.",
    )
    top.add_argument("--version", action="version", version=f"torchkata {__version__}")
    top.set_defaults(run=_session)
    commands = top.add_subparsers(title="commands", metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], about: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=about, description=about)
        added.set_defaults(run=run)
        return added

    one = command("list", _list, "All katas in the order of learning, and how far you are.")
    one.add_argument("--track", help="only this track")
    one.add_argument("--pitfalls", action="store_true", help="name the pitfalls, solved or not")
    one.add_argument("--json", action="store_true", help="one JSON array")
    one = command("watch", _watch, "The loop: every save is a check. `kata` alone is this, on the next kata.")
    one.add_argument("kata", nargs="?", help="begin with this kata")
    one.add_argument("--device", default="cpu", help="cpu (default), cuda or mps")
    one.add_argument("--timeout", type=float, default=10.0, metavar="SECONDS", help="limit for a check")
    one.add_argument("--edit", metavar="COMMAND", help="what the key e opens files with")
    one.add_argument("--json", action="store_true", help="no screen: one verdict a line")
    one = command("show", _show, "Read a card: down to its task, or all of it once the kata is solved.")
    one.add_argument("kata")
    one.add_argument("--anyway", action="store_true", help="all of it, solved or not")
    command("start", _start, "Make your copy of a kata.").add_argument("kata")
    one = command("check", _check, "Check your copy, or any file, and say what is wrong with it.")
    one.add_argument("kata", help="an id, or the slug of a pitfall")
    one.add_argument("--solution", type=Path, metavar="FILE", help="judge this file instead of your copy")
    one.add_argument("--device", default="cpu", help="cpu (default), cuda or mps")
    one.add_argument("--timeout", type=float, default=10.0, metavar="SECONDS", help="limit for the check")
    one.add_argument("--json", action="store_true", help="one JSON object")
    command("hint", _hint, "The next hint.").add_argument("kata")
    one = command("diff", _diff, "What the fix changes, and what you changed; once the kata is solved.")
    one.add_argument("kata")
    one.add_argument("--anyway", action="store_true", help="solved or not")
    command("reset", _reset, "Begin a kata again; your file is kept.").add_argument("kata")
    one = command("init", _init, "Write a dojo of your own: all katas, in a new or an empty folder.")
    one.add_argument("folder", nargs="?", type=Path, default=Path("."), metavar="DIR", help="default: here")
    command("update", _update, "Bring newer katas into this dojo; your files and history stay as they are.")
    one = command("doctor", _doctor, "Look at Python, torch, terminal and dojo, and say what mends them.")
    one.add_argument("--json", action="store_true", help="one JSON object")
    command("history", _history, "Every version of your file that was checked.").add_argument("kata")
    one = command("restore", _restore, "Bring a version of the history back; the present one is kept.")
    one.add_argument("kata")
    one.add_argument("number", type=int, metavar="N")
    command("again", _again, "Days later: what is due of the katas that you have solved, mixed.")
    one = command("new", _new, "Write the files of a new kata, with comments that are the manual.")
    one.add_argument("kata", metavar="TRACK/NAME")
    command("lint", _lint, "What katas still lack, without running them.").add_argument("kata", nargs="*")
    one = command("prove", _prove, "Prove katas in both directions: broken fails as documented, fixes hold.")
    one.add_argument("kata", nargs="*")
    one.add_argument("--device", default="cpu", help="cpu (default), cuda, mps, several, or auto")
    one.add_argument("--json", action="store_true", help="one JSON object a kata")
    one = command(
        "evidence", _evidence, "Gradient errors before and after, as recorded by `pytest --evidence`."
    )
    one.add_argument("kata", nargs="*")
    one.add_argument("--file", type=Path, metavar="FILE", help="default: evidence.jsonl in the tree")
    one.add_argument("--replay", action="store_true", help="run the recorded tests again and compare")
    one = command("index", _index, "Rewrite katas/README.md and katas/PITFALLS.md from the cards.")
    one.add_argument("--check", action="store_true", help="only say whether they are up to date")
    return top


def catalogue() -> Catalogue:
    tree = Tree.find(Path.cwd())
    if tree is None:
        raise Mistake(
            "no katas here: go to a folder that holds katas/, broken/, fixed/ and tests/, "
            "or write one: kata init dojo"
        )
    return Catalogue(tree)


def _session(args: argparse.Namespace) -> int:
    from torchkata import watch

    if sys.stdin.isatty() and sys.stdout.isatty():
        return watch.Loop(catalogue(), console).run()
    return watch.once(catalogue(), console)


def _watch(args: argparse.Namespace) -> int:
    from torchkata import watch
    from torchkata.worker import Limits

    all_katas = catalogue()
    first = all_katas[args.kata] if args.kata else None
    if args.json:
        entry = first or watch.Loop(all_katas, console).following() or all_katas.entries[0]
        return watch.as_json(all_katas, entry, lambda line: print(line, flush=True))
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Mistake("the loop needs a terminal; for scripts: kata watch --json, or kata check")
    limits = Limits(seconds=args.timeout)
    loop = watch.Loop(all_katas, console, device=args.device, limits=limits, edit_command=args.edit)
    return loop.run(first)


def _list(args: argparse.Namespace) -> int:
    from torchkata import screen
    from torchkata.progress import Progress

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


def _show(args: argparse.Namespace) -> int:
    from torchkata import screen
    from torchkata.progress import Progress

    all_katas = catalogue()
    entry = all_katas[args.kata]
    solved = args.anyway or Progress(all_katas.tree).state(entry.kata) == "solved"
    console.print(screen.card(entry, solved=solved))
    return SOLVED


def _start(args: argparse.Namespace) -> int:
    from torchkata import workspace
    from torchkata.progress import Progress

    all_katas = catalogue()
    entry = all_katas[args.kata]
    console.print(workspace.start(entry, Progress(all_katas.tree)), markup=False)
    console.print(
        f"Read: kata show {entry.id}\nEdit the file, save it, then: kata check {entry.id}", markup=False
    )
    return SOLVED


def _check(args: argparse.Namespace) -> int:
    from torchkata import screen, workspace
    from torchkata.judge import Judge
    from torchkata.progress import Progress
    from torchkata.worker import Limits

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
        found = judge.check(entry, program, workspace.shown(file))
    if args.solution is None:
        workspace.remember(found, program, entry, progress)
    if args.json:
        print(found.to_json())
    else:
        console.print(screen.verdict(found, entry, workspace.shown(file)))
    return {"solved": SOLVED, "unavailable": UNAVAILABLE}.get(found.verdict, RED)


def _hint(args: argparse.Namespace) -> int:
    from torchkata import workspace
    from torchkata.progress import Progress

    all_katas = catalogue()
    console.print(workspace.hint(all_katas[args.kata], Progress(all_katas.tree)))
    return SOLVED


def _diff(args: argparse.Namespace) -> int:
    from torchkata import workspace
    from torchkata.progress import Progress

    all_katas = catalogue()
    entry = all_katas[args.kata]
    if not args.anyway and Progress(all_katas.tree).state(entry.kata) != "solved":
        raise Mistake(
            f"{entry.id} is not solved yet, and this shows the answer; to see it all the same: --anyway"
        )
    console.print(workspace.differences(entry))
    return SOLVED


def _reset(args: argparse.Namespace) -> int:
    from torchkata import workspace
    from torchkata.progress import Progress

    all_katas = catalogue()
    console.print(workspace.reset(all_katas[args.kata], Progress(all_katas.tree)), markup=False)
    return SOLVED


def _init(args: argparse.Namespace) -> int:
    from torchkata import content, dojo
    from torchkata.manifest import DojoError

    try:
        changes = dojo.init(args.folder, content.installed())
    except (DojoError, content.NoContent) as problem:
        raise Mistake(str(problem)) from None
    for line in dojo.welcome(changes):
        console.print(line, markup=False, soft_wrap=True)
    return SOLVED


def _update(args: argparse.Namespace) -> int:
    from torchkata import content, dojo
    from torchkata.manifest import DojoError

    try:
        changes = dojo.update(dojo.here(Path.cwd()), content.installed())
    except (DojoError, content.NoContent) as problem:
        raise Mistake(str(problem)) from None
    for line in dojo.summary(changes):
        console.print(line, markup=False, soft_wrap=True)
    return SOLVED


def _doctor(args: argparse.Namespace) -> int:
    from torchkata import doctor, findings

    found = []
    for finding in doctor.examine(Path.cwd()):
        found.append(finding)
        if not args.json:
            console.print(findings.line(finding), soft_wrap=True)
    print(findings.as_json(found) if args.json else findings.sum_of(found))
    return RED if findings.ails(found) else SOLVED


def _history(args: argparse.Namespace) -> int:
    from torchkata import workspace
    from torchkata.progress import Progress

    all_katas = catalogue()
    console.print(workspace.history(all_katas[args.kata], Progress(all_katas.tree)))
    return SOLVED


def _restore(args: argparse.Namespace) -> int:
    from torchkata import workspace
    from torchkata.progress import Progress

    all_katas = catalogue()
    try:
        console.print(workspace.restore(all_katas[args.kata], args.number, Progress(all_katas.tree)))
    except ValueError as problem:
        raise Mistake(str(problem)) from None
    return SOLVED


def _again(args: argparse.Namespace) -> int:
    from torchkata.again import Practice

    return Practice(catalogue(), console).run()


def _new(args: argparse.Namespace) -> int:
    from torchkata import template

    tree = catalogue().tree
    try:
        written = template.write(tree, args.kata)
    except ValueError as problem:
        raise Mistake(str(problem)) from None
    for file in written:
        console.print(str(file.relative_to(tree.root)), markup=False)
    console.print(
        f"\nEach file says what belongs into it. What is still missing: kata lint {args.kata}", markup=False
    )
    return SOLVED


def _lint(args: argparse.Namespace) -> int:
    from torchkata.lint import lint

    tree = catalogue().tree
    only = set(args.kata) or None
    unknown = [
        name for name in args.kata if not (tree.kata(name).card.is_file() or tree.kata(name).broken.is_file())
    ]
    if unknown:
        raise UnknownKata(unknown[0], [])
    problems = lint(tree, only)
    for problem in problems:
        console.print(Text(problem), soft_wrap=True)
    if not problems:
        console.print(f"{len(only or tree.katas())} katas keep the contract.")
    return RED if problems else SOLVED


def _prove(args: argparse.Namespace) -> int:
    from torchkata.author import prove

    all_katas = catalogue()
    return prove(all_katas, [all_katas[name] for name in args.kata], args.device, console, as_json=args.json)


def _evidence(args: argparse.Namespace) -> int:
    from torchkata.author import evidence

    all_katas = catalogue()
    ids = {all_katas[name].id for name in args.kata}
    file: Path = args.file or all_katas.tree.evidence
    if not file.is_file():
        raise Mistake(f"{file} does not exist; write it with: pytest --evidence {file.name}")
    try:
        return evidence(all_katas.tree, file, ids, console, again=args.replay)
    except ValueError as problem:
        raise Mistake(str(problem)) from None


def _index(args: argparse.Namespace) -> int:
    from torchkata import index

    all_katas = catalogue()
    outdated = index.stale(all_katas) if args.check else index.write(all_katas)
    for page in outdated:
        console.print(
            f"{'out of date' if args.check else 'written'}: {page.relative_to(all_katas.tree.root)}"
        )
    if args.check and outdated:
        console.print("Write them anew: kata index")
    return RED if args.check and outdated else SOLVED
