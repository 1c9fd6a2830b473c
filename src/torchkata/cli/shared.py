"""What all commands share: where they print, how they end, and which katas they are about."""

from __future__ import annotations

import shutil
import sys
import textwrap
from pathlib import Path

from rich.console import Console

from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree
from torchkata.learner.progress import Progress
from torchkata.show.styles import STYLES
from torchkata.system.devices import KNOWN

# 2 is for what the caller can change: a wrong word, a full disk, a folder of somebody else's.
SOLVED, RED, MISTAKE, UNAVAILABLE, OUR_FAULT = 0, 1, 2, 3, 4
INTERRUPTED = 130
LONGEST = 3600  # seconds for one check

console = Console(highlight=False, theme=STYLES)


class Mistake(Exception):
    """A mistake in the call; the message says what to type instead."""


def complain(text: str) -> None:
    """To standard error; in a terminal no word is broken at its edge."""
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns
        wrap = textwrap.TextWrapper(width, break_long_words=False, break_on_hyphens=False)
        text = "\n".join(wrap.fill(line) for line in text.splitlines())
    print(text, file=sys.stderr)


def catalogue() -> Catalogue:
    tree = Tree.find(Path.cwd())
    if tree is None:
        raise Mistake(
            "no katas here: go to a folder that holds katas/, broken/, fixed/ and tests/, "
            "or write one: kata init dojo"
        )
    return Catalogue(tree)


def some_katas() -> Catalogue:
    """The catalogue, for those who can't begin without a kata."""
    found = catalogue()
    if not found.entries:
        raise Mistake(
            f"{found.tree.root} holds no katas. In a dojo, kata update brings them back; "
            "a new dojo: kata init dojo"
        )
    return found


def progress(all_katas: Catalogue) -> Progress:
    """The learner's progress; what cannot be read of it is said at once, apart from the output."""
    found = Progress(all_katas.tree)
    if trouble := found.trouble():
        complain(trouble)
    return found


def require_one_device(device: str) -> None:
    if device not in KNOWN:
        known = f"{', '.join(KNOWN[:-1])} or {KNOWN[-1]}"
        raise Mistake(f"one device for one check, not {device!r}; choose {known}")


def require_time_limit(seconds: float) -> None:
    if not 0 < seconds <= LONGEST:
        raise Mistake(f"--timeout takes a number of seconds up to {LONGEST}, not {seconds:g}")
