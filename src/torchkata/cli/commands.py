"""What one can type after `kata`, under the headings of its help. Nothing here imports torch."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from torchkata.cli import case, check, find, grade, keep, learn, room, write

# Adds a command by name, with the function that runs it and the line that says what it does.
Add = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]


def katas(command: Add) -> None:
    """Read, fix and check a kata; the loop is all of it."""
    one = command("list", learn.listed, "All katas in the order of learning, and how far you are.")
    one.add_argument("--track", help="only this track")
    one.add_argument("--pitfalls", action="store_true", help="name the pitfalls, solved or not")
    one.add_argument("--json", action="store_true", help="one JSON array")
    one = command(
        "watch", learn.watch, "The loop: every save is a check. `kata` alone is this, on the next kata."
    )
    one.add_argument("kata", nargs="?", help="begin with this kata")
    one.add_argument("--device", default="cpu", help="cpu (default), cuda, mps, or lazy: a stand-in")
    one.add_argument("--timeout", type=float, default=10.0, metavar="SECONDS", help="limit for a check")
    one.add_argument("--edit", metavar="COMMAND", help="what the key e opens files with")
    _for_programs(one, "no screen: one verdict a line")
    one = command(
        "find", find.find, "Katas for a symptom, an error message, a pasted traceback or the name of an API."
    )
    one.add_argument("words", nargs="*", metavar="WORDS", help="- or nothing: read standard input")
    one.add_argument("-n", dest="count", type=int, default=5, metavar="N", help="how many (default 5)")
    one.add_argument("--json", action="store_true", help="one JSON array")
    one = command("show", learn.show, "Read a card: down to its task, or all of it once the kata is solved.")
    one.add_argument("kata")
    one.add_argument("--anyway", action="store_true", help="all of it, solved or not")
    command("start", learn.start, "Make your copy of a kata.").add_argument("kata")
    one = command("check", check.check, "Check your copy, or any file, and say what is wrong with it.")
    one.add_argument("kata", nargs="?", help="an id, or the slug of a pitfall")
    one.add_argument("--solved", action="store_true", help="all katas in solved.txt: see kata init --ci")
    one.add_argument("--solution", type=Path, metavar="FILE", help="judge this file instead of your copy")
    one.add_argument("--device", default="cpu", help="cpu (default), cuda, mps, or lazy: a stand-in")
    one.add_argument("--timeout", type=float, default=10.0, metavar="SECONDS", help="limit for the check")
    _for_programs(one, "one JSON object")
    command("hint", learn.hint, "The next hint.").add_argument("kata")
    one = command("diff", learn.diff, "What the fix changes, and what you changed; once the kata is solved.")
    one.add_argument("kata")
    one.add_argument("--anyway", action="store_true", help="solved or not")
    command("reset", learn.reset, "Start a kata over; your file is kept.").add_argument("kata")


def practice(command: Add) -> None:
    """What comes after a solved kata."""
    one = command(
        "again", learn.again, "Practice, days later: the katas you have solved that are due, mixed."
    )
    one.add_argument("--now", action="store_true", help="practice what comes next, due or not")
    one = command("quiz", learn.quiz, "Questions, one at a time: false alarms, interviews, predictions.")
    one.add_argument("--count", type=int, default=10, metavar="N", help="how many (default 10)")
    one.add_argument(
        "--all", action="store_true", help="predictions of unsolved katas too; their answers name the cause"
    )
    one = command("case", case.case, "A whole project with one bug in it: find out what it is, then fix it.")
    one.add_argument(
        "what",
        nargs="*",
        help="diagnose WORDS: what you think it is, before your first check; check: is it healthy again? "
        "show: the report again; reset: start over, and keep what you had; give-up: what it was. "
        "Without a word: the open case, or a new one if none is open",
    )
    one.add_argument(
        "--project",
        metavar="P",
        help="a new case of this project: adapter, forecast, gridworld, letters, rings or shapes",
    )
    one.add_argument(
        "--level",
        type=int,
        choices=(1, 2, 3),
        help="a new case: 1 shows in the log, 2 needs a print, 3 needs an experiment",
    )
    one.add_argument("--surprise", action="store_true", help="a new case, without its level or what it uses")
    one.add_argument("--new", action="store_true", help="a new case; the open one stays as it is")
    one.add_argument("--case", metavar="NUMBER", help="this case; default: the open one")
    one.add_argument("--timeout", type=float, default=10.0, metavar="SECONDS", help="limit for a check")
    one.add_argument("--json", action="store_true", help="one JSON object")
    one = command("progress", case.how_far, "How far you are with each family of pitfalls: katas and cases.")
    one.add_argument("--json", action="store_true", help="one JSON object")


def yours(command: Add) -> None:
    """A learner's files, and the folder that they're in."""
    one = command("init", keep.init, "Write a dojo of your own: all katas, in a new or an empty folder.")
    one.add_argument("folder", nargs="?", type=Path, default=Path("."), metavar="DIR", help="default: here")
    one.add_argument("--for-class", action="store_true", help="without the answers: docs/grading.md")
    one.add_argument("--ci", choices=("github", "gitlab"), help="with a workflow: docs/ci.md")
    command(
        "update", keep.update, "Bring newer katas into this dojo; your files and history stay as they are."
    )
    one = command("doctor", keep.doctor, "Look at Python, torch, terminal and dojo, and say how to fix them.")
    one.add_argument("--json", action="store_true", help="one JSON object")
    one.add_argument("--room", action="store_true", help="only this: does a second device reach this one?")
    one = command("history", learn.history, "Every version that was checked, or what one of them changed.")
    one.add_argument("kata")
    one.add_argument("number", type=int, nargs="?", metavar="N", help="show what version N changed")
    one = command("restore", learn.restore, "Bring a version of the history back; the present one is kept.")
    one.add_argument("kata")
    one.add_argument("number", type=int, metavar="N")
    one = command("export", learn.export, "Your copies, their versions and your history, in one zip file.")
    one.add_argument("file", type=Path, metavar="FILE")
    one = command("import", learn.bring, "Bring an export in; nothing that is here is overwritten.")
    one.add_argument("file", type=Path, metavar="FILE")


def room_of_learners(command: Add) -> None:
    """A room full of learners: in front of it, and in it."""
    one = command("room", room.room, "In front of a room: a stage for the projector and a desk beside it.")
    one.add_argument(
        "what",
        nargs="*",
        metavar="PLAN | ID",
        help="a plan, or katas in this order; afterwards: export FILE, report FILE, forget",
    )
    one.add_argument("--check", action="store_true", help="only say whether the plan works in a room")
    one.add_argument("--lan", action="store_true", help="let learners join, and phones vote")
    one.add_argument("--kit", type=Path, metavar="DIR", help="offer this kit to those who must still install")
    one.add_argument("--new", action="store_true", help="start over, even if this plan was running today")
    one.add_argument("--port", type=int, default=8765, help="of the stage (default 8765)")
    one = command(
        "demo", room.demo, "These katas on a stage of your own: `kata room` without anybody joining."
    )
    one.add_argument("kata", nargs="+")
    one.set_defaults(lan=False, kit=None)
    one.add_argument("--new", action="store_true", help="start over")
    one.add_argument("--port", type=int, default=8765, help="of the stage (default 8765)")
    one = command("kit", room.kit, "A folder to install from without a network, for a room full of laptops.")
    one.add_argument("folder", type=Path, metavar="DIR")
    one.add_argument("--for", dest="systems", default="linux,macos,windows", help="default: all three")
    one.add_argument("--python", default="3.11-3.14", help="one version, or from-to (default 3.11-3.14)")
    one = command("join", room.join, "Join a room: it learns how your katas go, and never your code.")
    one.add_argument("address", help="as on the screen, for example 192.168.8.2:8766")
    one.add_argument("code", help="as on the screen")
    one.add_argument("--as", dest="name", default="", metavar="NAME", help="default: a pseudonym")
    one.add_argument("--yes", action="store_true", help="don't ask")
    command("leave", room.leave, "Leave the room; it erases whatever it knows of you.")
    command("help", room.flag, "Say in the room that you want help.").set_defaults(flag="help")
    command("ok", room.flag, "Say in the room that all is well.").set_defaults(flag="ok")
    one = command("vote", room.vote, "Vote in the room once more, after a discussion.")
    one.add_argument("letter", type=str.upper, choices=["A", "B", "C", "D"], help="what you think now")


def other_people(command: Add) -> None:
    """Other people's programs, and what CI found."""
    one = command(
        "grade",
        grade.grade,
        "Other people's programs, judged by the katas of this installation.",
    )
    one.add_argument(
        "folders", nargs="+", type=Path, metavar="DIR", help="a learner's solutions; or: merge FILE ..."
    )
    one.add_argument("--each", action="store_true", help="DIR holds one folder for each learner")
    one.add_argument(
        "--katas",
        action="append",
        default=[],
        metavar="ID,TRACK",
        help="what everybody should have handed in",
    )
    one.add_argument("--tree", type=Path, metavar="DIR", help="whose katas; default: the installation's")
    one.add_argument("--device", default="cpu", help="cpu (default), cuda or mps")
    one.add_argument("--timeout", type=float, default=10.0, metavar="SECONDS", help="limit for a check")
    one.add_argument("--shard", default="1/1", metavar="I/N", help="only the I-th of N parts")
    one.add_argument(
        "--accept", action="append", default=[], metavar="DIGEST", help="looked at: counts as solved"
    )
    one.add_argument("--keep", type=Path, metavar="DIR", help="finished checks; default: your cache")
    one.add_argument(
        "--scheduler", metavar="ADDRESS", help="of a Dask cluster that runs the checks: tcp://host:8786"
    )
    one.add_argument("--container", metavar="PROGRAM", help="a container for each learner: podman, or docker")
    one.add_argument("--image", default="torchkata", help="of the container (default torchkata)")
    for kind, what in (("json", "all, to merge shards"), ("junit", "XML for CI"), ("csv", "a row a check")):
        one.add_argument(f"--{kind}", type=Path, metavar="FILE", help=f"write FILE: {what}")
    one = command(
        "report",
        write.report,
        "Read pytest's JUnit files: what ran where, and whether anything is missing.",
    )
    one.add_argument("files", nargs="+", type=Path, metavar="JUNIT")
    one.add_argument("--only", nargs="+", default=[], metavar="KATA", help="expect these katas alone")
    one.add_argument(
        "--expect", metavar="DEVICE", help="fail unless every kata that can run on DEVICE passed there"
    )


def authors(command: Add) -> None:
    """Make a kata, and show that it holds."""
    one = command("new", write.new, "Write the files of a new kata, with comments that are the manual.")
    one.add_argument("kata", metavar="TRACK/NAME")
    command("lint", write.lint, "What a kata still lacks, without running it.").add_argument(
        "kata", nargs="*"
    )
    one = command(
        "prove", write.prove, "Prove katas in both directions: broken fails as documented, fixes hold."
    )
    one.add_argument("kata", nargs="*")
    one.add_argument(
        "--device", default="cpu", help="cpu (default), cuda, mps, lazy (a stand-in), several, or auto"
    )
    one.add_argument("--workers", default="auto", metavar="N", help="checks at a time; auto: one a core")
    one.add_argument(
        "--changed", nargs="?", const="main", metavar="REV", help="only katas that differ from REV (main)"
    )
    one.add_argument("--json", action="store_true", help="one JSON object a kata")
    one = command(
        "evidence", write.evidence, "Gradient errors before and after, as recorded by `pytest --evidence`."
    )
    one.add_argument("kata", nargs="*")
    one.add_argument("--file", type=Path, metavar="FILE", help="default: evidence.jsonl in the tree")
    one.add_argument("--replay", action="store_true", help="run the recorded tests again and compare")
    one = command("index", write.index, "Rewrite katas/README.md and katas/PITFALLS.md from the cards.")
    one.add_argument("--check", action="store_true", help="only say whether they are up to date")
    one = command("atlas", write.atlas, "Build the site: a page for every kata, with pictures and a search.")
    one.add_argument(
        "folder", nargs="?", type=Path, default=Path("site"), metavar="DIR", help="default: site"
    )


def _for_programs(command: argparse.ArgumentParser, as_json: str) -> None:
    """The two ways in which an editor reads verdicts."""
    either = command.add_mutually_exclusive_group()
    either.add_argument("--json", action="store_true", help=as_json)
    either.add_argument(
        "--problems", action="store_true", help="FILE:LINE: error: WORDS, for an editor's problem matcher"
    )


HEADINGS: dict[str, Callable[[Add], None]] = {
    "katas": katas,
    "practice": practice,
    "your files": yours,
    "a room full of learners": room_of_learners,
    "other people's code": other_people,
    "making katas": authors,
}
