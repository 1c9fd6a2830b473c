"""What lies under a --solutions root, and what of it no test will ever see."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

from torchkata.collection import card
from torchkata.collection.catalogue import Entry
from torchkata.collection.layout import Kata, Tree
from torchkata.collection.starting import as_written, starting_text

PATTERNS = ("*.py", "*/*.py", "*/*/*.py")  # as deep as a misplaced file is likely to lie
NO_SOLUTIONS = ("__init__.py", "practice.py")  # `kata again` works in the latter


class NothingHandedIn(ValueError):
    """A root in which there is nothing to judge: to go on would be green."""


def require(tree: Tree, root: Path) -> None:
    """Raises `NothingHandedIn`, with what comes near, unless `root` has a file of one kata at least."""
    if not root.is_dir():
        siblings = [p.name for p in root.parent.iterdir() if p.is_dir()] if root.parent.is_dir() else []
        raise NothingHandedIn(f"{root} is not a folder{_near(root.name, siblings)}")
    katas = tree.katas()
    if any(kata.mirrored(root).is_file() for kata in katas):
        return
    wanted = f"wanted are files like {katas[0].mirrored(root)}" if katas else "the tree has no katas"
    found = "; ".join(strays(tree, root)) or "it holds no program"
    raise NothingHandedIn(f"no file in {root} is that of a kata: {found}; {wanted}")


def is_started(kata: Kata, file: Path) -> bool:
    """Whether there is a file, and it isn't what a learner starts from."""
    try:
        start = starting_text(Entry(kata, card.read(kata.card)))
        return as_written(file.read_bytes()) != as_written(start)
    except (OSError, card.CardError):
        return False


def strays(tree: Tree, root: Path) -> list[str]:
    """Every program under `root` that belongs to no kata, with the name that it may have been meant for."""
    return [
        f"{file.relative_to(root).as_posix()} belongs to no kata{near}" for file, near in _strays(tree, root)
    ]


def _strays(tree: Tree, root: Path) -> Iterator[tuple[Path, str]]:
    katas = {kata.mirrored(root): kata for kata in tree.katas()}
    by_name = {kata.name: f"{kata.id}.py" for kata in katas.values()}
    names = {**by_name, **{kata.id: f"{kata.id}.py" for kata in katas.values()}}
    for file in sorted(file for pattern in PATTERNS for file in root.glob(pattern)):
        hidden = any(part.startswith((".", "__pycache__")) for part in file.relative_to(root).parts)
        if file in katas or hidden or file.name in NO_SOLUTIONS:
            continue
        meant = by_name.get(file.stem)  # the right name in the wrong place
        track_and_name = file.relative_to(root).with_suffix("").as_posix()
        yield file, f" (did you mean {meant}?)" if meant else _near(track_and_name, names)


def _near(name: str, names: list[str] | dict[str, str]) -> str:
    close = difflib.get_close_matches(name, list(names), n=1, cutoff=0.6)
    if not close:
        return ""
    return f" (did you mean {names[close[0]] if isinstance(names, dict) else close[0]}?)"
