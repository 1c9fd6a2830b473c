"""The commands of those who write katas: new, lint, prove, evidence, index."""

from __future__ import annotations

import argparse
import difflib
import os
from pathlib import Path

from rich.text import Text

from torchkata.cli.shared import RED, SOLVED, UNAVAILABLE, Mistake, catalogue, console
from torchkata.collection.catalogue import UnknownKata


def new(args: argparse.Namespace) -> int:
    from torchkata.authoring import template

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


def lint(args: argparse.Namespace) -> int:
    from torchkata.cases import rules
    from torchkata.cases.plant import CaseError
    from torchkata.cases.shelf import NoCase, Shelf, is_case
    from torchkata.collection.lint import lint

    all_katas = catalogue()
    tree, shelf = all_katas.tree, Shelf(all_katas.tree)
    named = [name for name in args.kata if not is_case(name)]
    only = set(named) if args.kata else None
    unknown = [
        name for name in named if not (tree.kata(name).card.is_file() or tree.kata(name).broken.is_file())
    ]
    if unknown:
        ids = [kata.id for kata in tree.katas()]
        raise UnknownKata(unknown[0], difflib.get_close_matches(unknown[0], ids, n=3, cutoff=0.5))
    problems = lint(tree, only) if only != set() else []
    try:
        cases = [case for name in args.kata if is_case(name) for case in shelf.named(name)]
        cases = cases if args.kata else shelf.cases
        problems += [line.replace(f"{tree.root}/", "") for line in rules.of_all(cases, all_katas)]
    except NoCase as problem:
        raise Mistake(str(problem)) from None
    except CaseError as problem:
        problems.append(str(problem).replace(f"{tree.root}/", ""))
    for line in problems:
        console.print(Text(line), soft_wrap=True)
    if not problems:
        count = 0 if only == set() else len(only or tree.katas())
        kept = ["1 kata"] if count == 1 else [f"{count} katas"] if count else []
        kept += [f"{len(cases)} case{'s' * (len(cases) != 1)}"] if cases else []
        keeps = "keeps" if count + len(cases) == 1 else "keep"
        console.print(f"{' and '.join(kept)} {keeps} the contract.")
    return RED if problems else SOLVED


def prove(args: argparse.Namespace) -> int:
    from torchkata.authoring import report, report_of_cases
    from torchkata.authoring.changed import changed, changed_cases
    from torchkata.cases.plant import CaseError
    from torchkata.cases.shelf import NoCase, Shelf, is_case
    from torchkata.system import devices

    if args.changed is not None and args.kata:
        raise Mistake(
            f"--changed finds the katas itself: leave out {' '.join(args.kata)}, or --changed "
            "(a revision follows it: kata prove --changed main)"
        )
    all_katas = catalogue()
    shelf = Shelf(all_katas.tree)
    named = [name for name in args.kata if not is_case(name)]
    chosen = [all_katas[name] for name in named]
    try:
        cases = [case for name in args.kata if is_case(name) for case in shelf.named(name)]
        if args.changed is not None:
            chosen, cases = changed(all_katas, args.changed), changed_cases(shelf, args.changed)
        elif not args.kata:
            cases = shelf.cases
    except (CaseError, NoCase, ValueError) as problem:
        raise Mistake(str(problem)) from None
    if args.changed is not None and not chosen and not cases:
        console.print("No kata differs.")
        return SOLVED
    status, workers = SOLVED, _workers(args.workers)
    if chosen or not (args.kata or args.changed is not None):
        status = report.prove(all_katas, chosen, args.device, console, as_json=args.json, workers=workers)
    if cases and "cpu" in devices.parse(args.device):
        found = report_of_cases.prove(all_katas, cases, console, as_json=args.json, workers=workers)
        status = status if status == RED else found
    elif cases and not args.json:
        console.print("The cases are proven on the CPU alone.")
    return status


def _workers(asked: str) -> int:
    if asked == "auto":
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not asked.isdigit() or int(asked) < 1:
        raise Mistake(f"--workers takes a number from 1 on, or auto, not {asked!r}")
    return int(asked)


def evidence(args: argparse.Namespace) -> int:
    from torchkata.authoring import evidence as report

    all_katas = catalogue()
    ids = {all_katas[name].id for name in args.kata}
    file: Path = args.file or all_katas.tree.evidence
    if not file.is_file():
        raise Mistake(f"{file} does not exist; write it with: pytest --evidence {file.name}")
    try:
        return report.show(all_katas.tree, file, ids, console, again=args.replay)
    except ValueError as problem:
        raise Mistake(str(problem)) from None


def atlas(args: argparse.Namespace) -> int:
    try:
        from torchkata.atlas.gather import gather
        from torchkata.atlas.site import Site
    except ModuleNotFoundError as problem:
        raise Mistake(f"the site needs {problem.name}: pip install 'torchkata[atlas]'") from None

    from torchkata.cases.plant import CaseError

    everything = catalogue()
    drawn = gather(everything, everything.entries, lambda line: console.print(line, markup=False))
    try:
        built = Site(everything, args.folder, drawn).build()
    except CaseError as problem:
        raise Mistake(str(problem)) from None
    have = len(everything.entries) - len(built.plain)
    console.print(
        f"{len(built.written)} files written, {built.kept} already up to date. "
        f"{have} of {len(everything.entries)} katas have pictures.",
        markup=False,
        soft_wrap=True,
    )
    console.print(str(args.folder / "index.html"), markup=False, soft_wrap=True)
    return SOLVED


def report(args: argparse.Namespace) -> int:
    from torchkata.authoring import junit
    from torchkata.system import devices

    try:
        cases = junit.read(args.files)
    except ValueError as problem:
        raise Mistake(str(problem)) from None
    if args.expect not in (None, *devices.KNOWN):
        raise Mistake(f"--expect takes one of {', '.join(devices.KNOWN)}, not {args.expect!r}")
    if args.only and not args.expect:
        raise Mistake(f"--only comes with a device: --only {' '.join(args.only)} --expect cpu")
    all_katas = catalogue()
    entries = [all_katas[name] for name in args.only] or all_katas.entries
    if args.expect:
        problems = junit.missing(cases, entries, args.expect)
    elif not cases:
        names = ", ".join(map(str, args.files))
        problems = [f"no test of a kata is in {names}; write it with: pytest --junitxml {args.files[0]}"]
    else:
        problems = [f"{c.kata}: {c.name} failed: {c.said}" for c in cases if c.outcome == "failed"]
    lacking = junit.has_no_stand_in(cases) if args.expect == devices.STAND_IN else ""
    problems = [f"nothing was checked: {lacking}"] if lacking else problems
    said = junit.summary(cases, problems)
    console.print(Text(said), soft_wrap=True, end="")
    for line in junit.differences(cases):
        console.print(Text(f"differs: {line}"), soft_wrap=True)
    if page := os.environ.get("GITHUB_STEP_SUMMARY"):
        with open(page, "a", encoding="utf-8") as file:
            file.write(said)
    if os.environ.get("GITHUB_ACTIONS"):
        for line in junit.workflow_commands(cases):
            print(line)
    return UNAVAILABLE if lacking else RED if problems else SOLVED


def index(args: argparse.Namespace) -> int:
    from torchkata.collection import index

    all_katas = catalogue()
    outdated = index.stale(all_katas) if args.check else index.write(all_katas)
    for page in outdated:
        console.print(
            f"{'out of date' if args.check else 'written'}: {page.relative_to(all_katas.tree.root)}"
        )
    if args.check and outdated:
        console.print("Write them anew: kata index")
    return RED if args.check and outdated else SOLVED
