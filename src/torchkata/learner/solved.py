"""The list of solved katas that is kept under git, so that another machine can see whether they still are.

The history stays on one machine. This file is there where `kata init --ci` has put it, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path

from torchkata.collection.layout import Tree
from torchkata.system import atomic, locks

HEAD = "# The katas that are solved here: `kata check --solved` checks them again. Made by torchkata.\n"


def location(tree: Tree) -> Path:
    return tree.root / "solved.txt"


def read(tree: Tree) -> list[str]:
    """The ids of the list, under their names of today. Raises FileNotFoundError where there is no list."""
    renamed = tree.renamed()
    names = [_name(line) for line in location(tree).read_bytes().splitlines()]
    return list(dict.fromkeys(renamed.get(name, name) for name in names if name))


def write(tree: Tree, katas: Iterable[str]) -> None:
    atomic.write_text(location(tree), HEAD + "".join(f"{kata}\n" for kata in sorted(katas)))


def add(tree: Tree, kata: str) -> None:
    """Put a kata on the list, where there is one."""
    with _alone(tree):
        if location(tree).is_file() and kata not in read(tree):
            atomic.append_line(location(tree), kata)


def remove(tree: Tree, kata: str) -> None:
    """Take a kata off the list, for it is begun again. Every other line stays as it is."""
    with _alone(tree):
        if location(tree).is_file() and kata in read(tree):
            renamed = tree.renamed()
            lines = location(tree).read_bytes().splitlines(keepends=True)
            rest = [line for line in lines if renamed.get(_name(line), _name(line)) != kata]
            atomic.write_text(location(tree), b"".join(rest))


def _alone(tree: Tree) -> AbstractContextManager[None]:
    """Two checks that end at once would each write a list without the other's kata."""
    return locks.alone(tree.private / "solved.lock")


def _name(line: bytes) -> str:
    """The kata of a line; empty where there is only a comment, or nothing."""
    return line.partition(b"#")[0].decode("utf-8", errors="replace").strip()
