"""The list of solved katas that is kept under git, so that another machine can see whether they still are.

The history stays on one machine. This file is there where `kata init --ci` has put it, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from torchkata.collection.layout import Tree
from torchkata.system import atomic

HEAD = "# The katas that are solved here: `kata check --solved` checks them again. Made by torchkata.\n"


def location(tree: Tree) -> Path:
    return tree.root / "solved.txt"


def read(tree: Tree) -> list[str]:
    """The ids of the list, under their names of today. Raises FileNotFoundError where there is no list."""
    text = location(tree).read_text(encoding="utf-8")
    names = [line.partition("#")[0].strip() for line in text.splitlines()]
    renamed = tree.renamed()
    return list(dict.fromkeys(renamed.get(name, name) for name in names if name))


def write(tree: Tree, katas: Iterable[str]) -> None:
    atomic.write_text(location(tree), HEAD + "".join(f"{kata}\n" for kata in sorted(katas)))


def add(tree: Tree, kata: str) -> None:
    """Put a kata on the list, where there is one."""
    if location(tree).is_file() and kata not in (known := read(tree)):
        write(tree, [*known, kata])


def remove(tree: Tree, kata: str) -> None:
    """Take a kata off the list, for it is begun again."""
    if location(tree).is_file() and kata in (known := read(tree)):
        write(tree, [name for name in known if name != kata])
