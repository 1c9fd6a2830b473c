"""What one can type in a notebook: `%kata` and `%%kata`, and how they answer."""

from __future__ import annotations

import argparse
import atexit
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import publish_display_data

from torchkata.collection.catalogue import Entry, UnknownKata
from torchkata.collection.content import NoContent
from torchkata.judging.verdict import Verdict
from torchkata.notebook import page
from torchkata.notebook.desk import Desk
from torchkata.show.cards import answered
from torchkata.system.devices import DeviceError
from torchkata.system.paths import shown
from torchkata.system.trouble import told

HELP = """\
%kata                 the next kata; %kata graph/second_step: this one
%kata hint            the next hint
%kata predict B       your answer to Predict, before you fix it
%kata reset           start over; what you had is kept
%kata answer          the solution, once it's solved (--anyway: now)
%kata list            all of them, and how far you are
%%kata ID             as the first line of a cell: check the rest of the cell
"""
LONGEST = 3600.0  # seconds for one check


class CalledOff(KeyboardInterrupt):
    """An interrupt that was meant: cells that wait behind this one don't run, and no traceback is shown."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}\n{HELP}")


class Magic:
    """The magic `kata` of one shell, as a line and over a cell."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self._desk: Desk | None = None
        self.words: dict[str, Callable[[argparse.Namespace], None]] = {
            "hint": self._hint,
            "predict": self._predict,
            "reset": self._reset,
            "answer": self._answer,
            "list": self._list,
        }

    def __call__(self, line: str, cell: str | None = None) -> None:
        """What a mistake means is said in a sentence; nobody has to read a traceback of ours."""
        try:
            self._run(_parsed(line), cell)
        except (UnknownKata, NoContent, DeviceError, OSError, ValueError) as problem:
            said = problem.args[0] if isinstance(problem, UnknownKata) else told(problem)
            raise UsageError(str(said).replace("kata list", "%kata list")) from None
        except KeyboardInterrupt:
            raise CalledOff("Called off. Your text is kept; run the cell again to check it.") from None

    def close(self) -> None:
        if self._desk is not None:
            self._desk.close()

    def _run(self, args: argparse.Namespace, cell: str | None) -> None:
        if self._desk is None:
            self._desk = Desk(Path.cwd())
            if self._desk.written is not None:
                where = shown(self._desk.written)
                display(page.note(f"No katas were here, so a dojo of your own was made, in {where}/."))
            if trouble := self._desk.progress.trouble():
                display(page.note(trouble))
        if cell is not None:
            self._check(args, cell)
        elif args.what in self.words:
            self.words[args.what](args)
        else:
            self._show(self.desk.entry(args.what))

    @property
    def desk(self) -> Desk:
        assert self._desk is not None
        return self._desk

    def _show(self, entry: Entry) -> None:
        program = self.desk.start(entry)
        display(page.card(entry, program, solved=self.desk.progress.state(entry.kata) == "solved"))
        self._next_cell(entry, program)
        if drawn := self.desk.pictures(entry):
            display(page.pictures(drawn))

    def _next_cell(self, entry: Entry, program: str) -> None:
        self.shell.set_next_input(f"%%kata {entry.id}\n{program.rstrip()}", replace=False)

    def _check(self, args: argparse.Namespace, cell: str) -> None:
        if not args.what or args.rest:
            raise UsageError("a cell belongs to one kata, as in: %%kata graph/second_step")
        if not 0 < args.timeout <= LONGEST:
            raise UsageError(f"--timeout takes a number of seconds up to {LONGEST:g}, not {args.timeout:g}")
        entry = self.desk.entry(args.what)
        program = cell.rstrip() + "\n"  # front ends drop or add the newline at a cell's end
        found, trouble = self.desk.check(entry, program, args.timeout)
        display(page.verdict(found, program, _step(found), trouble))
        if found.verdict == "solved":
            self._tell(entry)

    def _hint(self, args: argparse.Namespace) -> None:
        entry = self.desk.entry(args.rest)
        hints, taken = entry.card.hints, self.desk.progress.hints(entry.kata)
        if taken < len(hints):
            self.desk.progress.record(entry.kata, "hint")
            display(page.text(f"**Hint {taken + 1} of {len(hints)}**\n\n{hints[taken]}"))
        else:
            all_of_them = "\n\n".join(f"**Hint {n}**\n\n{hint}" for n, hint in enumerate(hints, start=1))
            display(page.text(f"{all_of_them}\n\nThose are all. The answer: `%kata answer --anyway`"))

    def _predict(self, args: argparse.Namespace) -> None:
        entry, letter = self.desk.entry(""), args.rest.upper()
        if letter not in ("A", "B", "C", "D"):
            raise UsageError("a prediction is a letter, as in: %kata predict B")
        self.desk.progress.record(entry.kata, "prediction", answer=letter)
        if self.desk.progress.state(entry.kata) == "solved":
            display(page.note(answered(entry, letter).plain))
        else:
            display(page.note(f"Noted: {letter}. The answer comes with the solution."))

    def _reset(self, args: argparse.Namespace) -> None:
        entry = self.desk.entry(args.rest)
        program = self.desk.reset(entry)
        self._next_cell(entry, program)
        display(page.note(f"{entry.id} is as it was at the start, in a new cell. What you had is kept."))

    def _answer(self, args: argparse.Namespace) -> None:
        entry = self.desk.entry(args.rest)
        if self.desk.progress.state(entry.kata) != "solved":
            if not args.anyway:
                raise UsageError(f"{entry.id} isn't solved yet. To see it anyway: %kata answer --anyway")
            self.desk.progress.record(entry.kata, "gave up")
        self._tell(entry)

    def _tell(self, entry: Entry) -> None:
        following = self.desk.following(entry)
        step = f"Next: %kata {following.id}" if following is not None else "Every other kata is solved."
        display(page.solution(entry, self.desk.progress.prediction(entry.kata), step))

    def _list(self, args: argparse.Namespace) -> None:
        display(page.listed(self.desk.catalogue.entries, dict(self.desk.progress.states())))


def display(output: page.Output) -> None:
    publish_display_data({"text/html": output.html, "text/plain": output.plain})  # type: ignore[no-untyped-call]


def _parsed(line: str) -> argparse.Namespace:
    parser = _Parser(prog="%kata", add_help=False, allow_abbrev=False)
    parser.add_argument("what", nargs="?", default="")
    parser.add_argument("rest", nargs="?", default="")
    parser.add_argument("--timeout", type=float, default=10.0)
    parser.add_argument("--anyway", action="store_true")
    try:
        return parser.parse_args(shlex.split(line))
    except ValueError as problem:  # a quotation mark without its other half
        raise UsageError(str(problem)) from None


def _step(found: Verdict) -> str:
    if found.verdict == "solved":
        return ""
    if found.verdict in ("unavailable", "internal"):
        return "Nothing for you to do here; the other katas still work."
    return "Edit the cell and run it again. A hint: %kata hint"


def load(shell: InteractiveShell) -> None:
    magic = Magic(shell)
    unload(shell)
    shell.magics_manager.register_function(magic, magic_kind="line_cell", magic_name="kata")
    atexit.register(magic.close)


def unload(shell: InteractiveShell) -> None:
    """Take the magic out again, and end its worker."""
    magic = shell.magics_manager.magics["line"].get("kata")
    if isinstance(magic, Magic):
        magic.close()
        atexit.unregister(magic.close)
        for kind in ("line", "cell"):
            shell.magics_manager.magics[kind].pop("kata", None)
