"""The commands of a room: those of whoever stands in front of it, and those of the learners in it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from torchkata.cli.shared import RED, SOLVED, Mistake, catalogue, console, progress
from torchkata.collection.catalogue import Catalogue, UnknownKata
from torchkata.system import atomic

if TYPE_CHECKING:
    from torchkata.room.plan import Plan
    from torchkata.room.server import Doors

SHIPPED = "plans that come with the katas: forty_five_minutes, ninety_minutes, policy_gradients"


def room(args: argparse.Namespace) -> int:
    all_katas = catalogue()
    if args.kit is not None and not (args.lan and (args.kit / "wheels").is_dir()):
        raise Mistake("--kit takes a folder that `kata kit` has made, and comes with --lan")
    if not args.what:
        raise Mistake(
            f"name a plan or katas: kata room ninety_minutes, kata room graph/second_step; {SHIPPED}"
        )
    if args.what[0] in ("export", "report", "forget"):
        return _after(args.what, all_katas)
    chosen = _plan(args.what, all_katas)
    if args.check:
        return _check(chosen)
    return _open(chosen, all_katas, args)


def demo(args: argparse.Namespace) -> int:
    from torchkata.room import plan

    all_katas = catalogue()
    return _open(plan.of([all_katas[name] for name in args.kata]), all_katas, args)


def _open(chosen: Plan, all_katas: Catalogue, args: argparse.Namespace) -> int:
    with _the_extra():
        from torchkata.room import plan, running, server, session
    from torchkata.judging.judge import Judge

    for said in plan.problems(chosen):
        console.print(f"The plan: {said}", markup=False, soft_wrap=True)
    # The judge's worker starts before any thread of ours exists.
    with Judge(all_katas.tree, [entry.kata for entry in chosen.entries]) as judge:
        here, goes_on = session.begin(all_katas.tree, chosen, anew=args.new)
        if goes_on and running.is_open(session.folder_of(here)):
            raise Mistake("this plan is open in another terminal; end it there, or begin anew with --new")
        if goes_on:
            console.print("Going on where this plan stopped; --new begins anew.")
        katas = {entry.id: entry for entry in all_katas.entries} if args.lan else None
        server.serve(here, judge, _say_where, args.port, katas, args.kit)
    return SOLVED


@contextmanager
def _the_extra() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as problem:
        raise Mistake(
            f"a room needs more than a kata does, and {problem.name} isn't installed: "
            "pip install 'torchkata[room]'"
        ) from None


def _after(what: list[str], all_katas: Catalogue) -> int:
    with _the_extra():
        from torchkata.room import records

    verb, *files = what
    if len(files) != (verb != "forget"):
        raise Mistake("after a session: kata room export FILE, kata room report FILE.html, kata room forget")
    tree = all_katas.tree
    if verb == "forget":
        try:
            count = records.forget(tree)
        except records.StillOpen as problem:
            raise Mistake(str(problem)) from None
        console.print(f"{count} session{'s' * (count != 1)} deleted. What was exported is yours to delete.")
        return SOLVED
    try:
        text = records.export(tree) if verb == "export" else records.report(tree)
    except records.NoSession as problem:
        raise Mistake(str(problem)) from None
    atomic.write_text(Path(files[0]), text)
    console.print(f"{files[0]} holds the last session, without names.", markup=False)
    return SOLVED


def _say_where(doors: Doors) -> None:
    for line in (
        f"Stage, for the projector:  {doors.stage}",
        f"Desk, for you alone:       {doors.desk}",
        *([f"Learners:                  kata join {doors.room} {doors.code}"] if doors.room else []),
        *([f"Phones:                    http://{doors.room}"] if doors.room else []),
        *([f"It was {doors.before} before: whoever has joined there joins again."] if doors.before else []),
        "Ctrl-C ends it.",
    ):
        console.print(line, markup=False, soft_wrap=True)


def _plan(what: list[str], all_katas: Catalogue) -> Plan:
    from torchkata.room import plan

    file = plan.find(what[0], all_katas) if len(what) == 1 else None
    try:
        if file is not None:
            return plan.read(file, all_katas)
        return plan.of([all_katas[name] for name in what])
    except plan.PlanError as problem:
        raise Mistake(str(problem)) from None
    except UnknownKata as problem:
        if len(what) > 1:
            raise
        raise Mistake(f"{problem.args[0]} Nor is there a plan of that name; {SHIPPED}") from None


def _check(chosen: Plan) -> int:
    from torchkata.room import plan

    for line in plan.table(chosen):
        console.print(line, markup=False, soft_wrap=True)
    if chosen.taken_for_granted:
        console.print(
            f"Learners have done before: {', '.join(chosen.taken_for_granted)}", markup=False, soft_wrap=True
        )
    found = list(plan.problems(chosen))
    for problem in found:
        console.print(f"PROBLEM  {problem}", markup=False, soft_wrap=True)
    total, left = chosen.starts[-1], chosen.minutes - chosen.starts[-1]
    if not found:
        console.print(
            f"{chosen.title}: {total} minutes, {left} to spare. This works.", markup=False, soft_wrap=True
        )
    return RED if found else SOLVED


def join(args: argparse.Namespace) -> int:
    from torchkata.learner.joined import FIELDS, Joined, NoRoom

    mine = Joined(catalogue().tree)
    console.print("If you join, the laptop in front gets, from now on:")
    for field in FIELDS:
        console.print(f"  {field}", markup=False)
    console.print("Never your code, and nothing from before. kata leave erases it again.")
    if not args.yes and not _agreed():
        console.print("Not joined, and nothing was sent.")
        return SOLVED
    try:
        seat = mine.join(args.address, args.code, args.name)
    except NoRoom as problem:
        raise Mistake(str(problem)) from None
    console.print(f"Joined as {seat.name}. Go on as always: kata", markup=False)
    return SOLVED


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise Mistake("nobody is there to agree; for scripts: kata join ADDRESS CODE --yes")
    try:
        return input("Join? y/n ").strip().lower() in ("y", "yes")
    except EOFError:  # Ctrl-D is no yes
        console.print()
        return False


def leave(args: argparse.Namespace) -> int:
    from torchkata.learner.joined import Joined, NoRoom

    mine = Joined(catalogue().tree)
    seat = mine.seat
    if seat is None:
        raise Mistake("you haven't joined a room")
    try:
        mine.leave()
        console.print(f"The room has erased {seat.name}, and everything that came from there.", markup=False)
    except NoRoom as problem:
        mine.forget()
        console.print(f"Left, and nothing more is sent. Not erased there: {problem}", markup=False)
    return SOLVED


def flag(args: argparse.Namespace) -> int:
    from torchkata.learner.joined import Joined, NoRoom

    all_katas = catalogue()
    mine = Joined(all_katas.tree)
    if mine.seat is None and args.flag == "help":  # whoever types this at home wants the commands
        raise Mistake("you haven't joined a room, where this asks for help. All commands: kata --help")
    if mine.seat is None:
        raise Mistake("you haven't joined a room: kata join ADDRESS CODE")
    progress(all_katas).record("room", "flag", flag=args.flag)
    try:
        mine.send()
        console.print("Somebody will come." if args.flag == "help" else "Thanks, noted.")
    except NoRoom as problem:
        console.print(f"Noted here; it's told as soon as it can be: {problem}", markup=False)
    return SOLVED


def vote(args: argparse.Namespace) -> int:
    """Again, after a discussion; the first time, the loop asks."""
    from torchkata.learner.joined import Joined, NoRoom

    all_katas = catalogue()
    mine = Joined(all_katas.tree)
    try:
        kata = str(mine.send().get("kata", ""))
        if kata not in {entry.id for entry in all_katas.entries}:
            raise Mistake("there's nothing to vote on right now")
        progress(all_katas).record(kata, "prediction", answer=args.letter)
        mine.send()
    except NoRoom as problem:
        raise Mistake(str(problem)) from None
    console.print(f"{args.letter} it is, for {kata}.", markup=False)
    return SOLVED


def kit(args: argparse.Namespace) -> int:
    from torchkata.dojo import kit

    try:
        chosen = kit.targets(args.systems, args.python)
        kit.make(args.folder, chosen, lambda text: console.print(text, markup=False, soft_wrap=True))
    except kit.KitError as problem:
        raise Mistake(str(problem)) from None
    return SOLVED
