"""`kata case` and `kata progress`: whole projects with one bug, and how far one is with each family."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from torchkata.cli.shared import (
    OUR_FAULT,
    RED,
    SOLVED,
    Mistake,
    catalogue,
    console,
    progress,
    require_time_limit,
)

if TYPE_CHECKING:
    from torchkata.cases.desk import Desk
    from torchkata.cases.shelf import Case
    from torchkata.collection.catalogue import Entry

PROMPT = "Before the first check: what is it, in a few words? (Enter: no idea) "
PROGRESS = "kata-progress/1"


def case(args: argparse.Namespace) -> int:
    from torchkata.cases.desk import Desk
    from torchkata.cases.plant import CaseError
    from torchkata.cases.shelf import NoCase

    what, *words = args.what or ["open"]
    actions: dict[str, Callable[[Desk, argparse.Namespace, list[str]], int]] = {
        "open": _open,
        "diagnose": _diagnose,
        "check": _check,
        "show": _show,
        "give-up": _give_up,
        "reset": _reset,
    }
    if what not in actions:
        raise Mistake(f"kata case takes {', '.join(list(actions)[1:])}, or nothing, not {what!r}")
    if words and what not in ("diagnose",):
        raise Mistake(f"kata case {what} takes no further words; which case: --case NUMBER")
    all_katas = catalogue()
    progress(all_katas)  # says what of the history can't be read
    try:
        return actions[what](Desk(all_katas.tree), args, words)
    except (CaseError, NoCase) as problem:
        raise Mistake(str(problem)) from None


def _open(desk: Desk, args: argparse.Namespace, _: list[str]) -> int:
    """The open case again, or a new one where none is open or one is asked for."""
    from torchkata.cases import telling
    from torchkata.cases.work import Work

    names = [project.name for project in desk.shelf.projects]
    if names and args.project not in (None, *names):
        raise Mistake(f"there is no project {args.project!r}; projects are {', '.join(names)}")
    asked = {"--new": args.new, "--project": args.project, "--level": args.level}
    new = [option for option, value in asked.items() if value]
    if args.case and new:
        raise Mistake(
            f"--case opens the case of that number, and {new[0]} gives a new one: leave one of them out"
        )
    wanted = new or args.surprise
    chosen = desk.case(args.case) if args.case else None if wanted else desk.current()
    chosen = chosen or desk.next(project=args.project, level=args.level)
    before = desk.current()
    desk.give(chosen, surprise=args.surprise)
    if args.json:
        return _print_json(desk, chosen)
    console.print(telling.report(chosen, Work(desk.tree, chosen), desk.records.of(chosen)))
    if before is not None and before.number != chosen.number:
        name = Work(desk.tree, before).folder.name
        console.print(f"\n{name} stays open. Back to it: kata case --case {before.number}", soft_wrap=True)
    return SOLVED


def _print_json(desk: Desk, chosen: Case) -> int:
    from torchkata.cases.desk import left
    from torchkata.cases.work import Work

    record = desk.records.of(chosen)
    told = {
        "case": chosen.number,
        "folder": str(Work(desk.tree, chosen).folder),
        "title": chosen.project.title,
        "report": chosen.plant.report,
        "healthy": chosen.project.gives.strip(),
        "level": None if record.surprise else chosen.plant.level,
        "checks_left": left(chosen, record),
        "diagnosis": record.diagnosis,
        "ended": record.ended or None,
    }
    print(json.dumps(told, ensure_ascii=False))
    return SOLVED


def given() -> object:
    """The open case, or a new one, for the loop: what there is to read of it."""
    from torchkata.cases import telling
    from torchkata.cases.desk import Desk
    from torchkata.cases.plant import CaseError
    from torchkata.cases.shelf import NoCase
    from torchkata.cases.work import Work

    desk = Desk(catalogue().tree)
    try:
        chosen = desk.current() or desk.next()
        desk.give(chosen)
    except (CaseError, NoCase) as problem:
        return str(problem)
    return telling.report(chosen, Work(desk.tree, chosen), desk.records.of(chosen))


def _diagnose(desk: Desk, args: argparse.Namespace, words: list[str]) -> int:
    chosen, said = desk.case(args.case), " ".join(words)
    before = desk.records.of(chosen)
    if before.ended:
        raise Mistake("that case is over; what it was: kata case show --case NUMBER")
    if not said.strip():
        raise Mistake('say it in a few words: kata case diagnose "..."; no idea: kata case diagnose none')
    desk.diagnose(chosen, "" if said.strip().lower() == "none" else said)
    if args.json:
        return _print_json(desk, chosen)
    if before.diagnosis is not None:
        console.print("Noted. The first one counts.")
    else:
        console.print("Noted. Whether it's right, you'll see when the case ends. Now fix it: kata case check")
    return SOLVED


def _check(desk: Desk, args: argparse.Namespace, _: list[str]) -> int:
    from torchkata.cases import telling
    from torchkata.cases.desk import Undiagnosed
    from torchkata.cases.work import Work

    require_time_limit(args.timeout)
    chosen = desk.case(args.case)

    def told() -> None:
        if not args.json and sys.stdout.isatty():
            console.print("checking; torch has to be loaded first ...")

    try:
        found = desk.check(chosen, args.timeout, told)
    except Undiagnosed:
        if args.json or not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise Mistake(f"{telling.ASK}; no idea: kata case diagnose none") from None
        try:
            words = console.input(PROMPT, markup=False)
        except EOFError:
            words = ""
        desk.diagnose(chosen, words)
        found = desk.check(chosen, args.timeout, told)
    record, work = desk.records.of(chosen), Work(desk.tree, chosen)
    if args.json:
        print(found.to_json())
    else:
        console.print(telling.outcome(found, chosen, work, record))
        if found.kind == "healthy":
            console.print(telling.truth(chosen, record, _drill(chosen)))
    return {"healthy": SOLVED, "internal": OUR_FAULT}.get(found.kind, RED)


def _show(desk: Desk, args: argparse.Namespace, _: list[str]) -> int:
    from torchkata.cases import telling
    from torchkata.cases.work import Work

    chosen = desk.case(args.case)
    if args.json:
        return _print_json(desk, chosen)
    record = desk.records.of(chosen)
    console.print(telling.report(chosen, Work(desk.tree, chosen), record))
    if record.ended:
        console.print(telling.truth(chosen, record, _drill(chosen)))
    return SOLVED


def _give_up(desk: Desk, args: argparse.Namespace, _: list[str]) -> int:
    from torchkata.cases import telling
    from torchkata.cases.work import Work

    chosen = desk.case(args.case)
    desk.give_up(chosen)
    if args.json:
        return _print_json(desk, chosen)
    console.print(f"{Work(desk.tree, chosen).folder.name} is over.", style="bold")
    console.print(telling.truth(chosen, desk.records.of(chosen), _drill(chosen)))
    return SOLVED


def _reset(desk: Desk, args: argparse.Namespace, _: list[str]) -> int:
    from torchkata.cases import telling
    from torchkata.cases.work import Work

    chosen = desk.case(args.case)
    where = desk.reset(chosen)
    if args.json:
        return _print_json(desk, chosen)
    console.print(telling.kept(where, Work(desk.tree, chosen)), markup=False, soft_wrap=True)
    return SOLVED


def _drill(chosen: Case) -> Entry | None:
    return next((entry for entry in catalogue().entries if entry.id == chosen.plant.kata), None)


def how_far(args: argparse.Namespace) -> int:
    """`kata progress`."""
    from rich.table import Table

    from torchkata.cases.desk import Desk
    from torchkata.cases.plant import CaseError
    from torchkata.cases.record import families

    all_katas = catalogue()
    kept = progress(all_katas)
    desk = Desk(all_katas.tree)
    try:
        cases = desk.shelf.cases
    except CaseError as problem:
        raise Mistake(str(problem)) from None
    records = desk.records.all()
    found = families(cases, [entry.id for entry in all_katas.entries], kept.states(), records)
    if args.json:
        rows = {name: asdict(family) for name, family in found.items()}
        print(json.dumps({"schema": PROGRESS, "families": rows}, indent=1, ensure_ascii=False))
        return SOLVED
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("family", "solved as a kata", "found in a case", "first diagnosis right"):
        table.add_column(heading, justify="left" if heading == "family" else "right")
    for name, family in found.items():
        right = f"{family.diagnosed} of {family.ended}" if family.ended else "-"
        in_case = f"{family.found} of {family.cases}" if family.cases else "-"
        table.add_row(name, f"{family.solved} of {family.katas}", in_case, right)
    console.print(table)
    return SOLVED
