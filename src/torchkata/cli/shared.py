"""What all commands share: where they print, how they end, and which katas they are about."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree

SOLVED, RED, MISTAKE, UNAVAILABLE = 0, 1, 2, 3
INTERRUPTED = 130

console = Console(highlight=False)


class Mistake(Exception):
    """A mistake in the call; the message says what to type instead."""


def catalogue() -> Catalogue:
    tree = Tree.find(Path.cwd())
    if tree is None:
        raise Mistake(
            "no katas here: go to a folder that holds katas/, broken/, fixed/ and tests/, "
            "or write one: kata init dojo"
        )
    return Catalogue(tree)
