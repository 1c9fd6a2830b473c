"""The `kata` command: the names of everything that one can type. Nothing here imports torch."""

from __future__ import annotations

import argparse
import difflib
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from torchkata import __version__
from torchkata.cli import learn
from torchkata.cli.commands import HEADINGS
from torchkata.cli.shared import INTERRUPTED, MISTAKE, OUR_FAULT, Mistake, catalogue, complain
from torchkata.collection.card import CardError
from torchkata.collection.catalogue import CatalogueError, UnknownKata
from torchkata.system.ascii import adapt_output
from torchkata.system.devices import DeviceError
from torchkata.system.trouble import DEBUG, is_own_fault, told


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit status."""
    adapt_output()
    args = parser().parse_args(argv)
    try:
        status = args.run(args)
    except (Mistake, UnknownKata, CardError, CatalogueError, DeviceError) as problem:
        message = problem.args[0] if problem.args else problem
        complain(f"kata: {message}")
        status = MISTAKE
    except KeyboardInterrupt:
        if sys.stderr.isatty():
            print(file=sys.stderr)  # behind the ^C
        status = INTERRUPTED
    except BrokenPipeError:  # the reader of our output has left
        status = 0
        sys.stderr.close()
    except Exception as problem:
        if os.environ.get(DEBUG):
            raise
        complain(f"kata: {told(problem)}")
        status = OUR_FAULT if is_own_fault(problem) else MISTAKE
    sys.exit(status)


# The same in README.md; a test compares them.
STATUSES = (
    "exit statuses: 0 solved, or done · 1 not solved, something to fix, or nothing that fits · 2 a "
    "mistake in the call, or something you can change (a full disk, a folder of somebody else's) · 3 "
    "this machine can't run that kata · 4 torchkata itself failed."
)


class Parser(argparse.ArgumentParser):
    """Names the nearest command for one that is misspelt, as argparse does from Python 3.14 on; and lists
    the commands under `headings`, which it doesn't."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.headings: dict[str, list[argparse.Action]] = {}

    def format_help(self) -> str:
        if not self.headings:
            return super().format_help()
        page = self._get_formatter()
        page.add_usage(self.usage, self._actions, self._mutually_exclusive_groups)
        page.add_text(self.description)
        options = [action for action in self._actions if action.option_strings]
        for heading, actions in {**self.headings, "options": options}.items():
            page.start_section(heading)
            page.add_arguments(actions)
            page.end_section()
        page.add_text(self.epilog)
        return page.format_help()

    def error(self, message: str) -> NoReturn:
        found = re.search(r"invalid choice: '([^']*)'", message)
        if found and self._subparsers is not None:
            names = [name for action in self._subparsers._actions for name in (action.choices or ())]
            message = f"there is no command {found[1]!r}; {_meant(found[1], names)}"
        complain(f"{self.format_usage()}{self.prog}: {message}")
        sys.exit(MISTAKE)


# What people type for it who have used other tools of this kind.
OTHER_WORDS = {
    "status": "list", "ls": "list", "open": "watch", "run": "watch", "next": "watch",
    "test": "check", "verify": "check", "submit": "check", "solution": "diff", "answer": "diff",
    "log": "history", "undo": "restore", "search": "find", "practice": "again", "review": "again",
}  # fmt: skip


def _meant(typed: str, commands: Sequence[str]) -> str:
    """What somebody may have meant who typed `kata TYPED`."""
    try:
        return f"to open that kata: kata watch {catalogue()[typed].id}"
    except (Mistake, UnknownKata, CardError, CatalogueError, OSError):
        other = [OTHER_WORDS[typed]] if typed in OTHER_WORDS else []
        close = other or difflib.get_close_matches(typed, commands, n=2, cutoff=0.6)
        return f"did you mean: kata {' or kata '.join(close)}?" if close else "`kata --help` lists them all."


def parser() -> argparse.ArgumentParser:
    top = Parser(
        prog="kata",
        description="PyTorch's failures, one at a time. Without a command: go on with the next kata.",
        epilog=STATUSES,
    )
    top.add_argument("--version", action="version", version=f"torchkata {__version__}")
    top.set_defaults(run=learn.session)
    added = top.add_subparsers(metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], about: str) -> argparse.ArgumentParser:
        one = added.add_parser(name, help=about, description=about)
        one.set_defaults(run=run)
        return one

    for heading, fill in HEADINGS.items():
        before = len(added._choices_actions)
        fill(command)
        top.headings[heading] = added._choices_actions[before:]
    return top
