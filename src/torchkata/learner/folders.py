"""The folders in which a learner works on cases: what of them travels, and where one that gives way goes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from torchkata.collection.layout import Tree
from torchkata.system import atomic

FOLDER = "cases-work"
LARGEST = 1 << 20  # bytes of one file: a program, notes, a plot; no checkpoints
NAME = re.compile(r"[a-z][a-z0-9_]*-(\d{5})")  # PROJECT-NUMBER

Texts = Mapping[str, bytes]  # the path in the folder → content


def files(tree: Tree) -> Iterator[Path]:
    """What travels: every file in a folder of a case that isn't hidden, a cache or very large."""
    for folder in sorted((tree.root / FOLDER).glob("*")):
        if NAME.fullmatch(folder.name) and not folder.is_symlink():
            for file in sorted(folder.rglob("*")):
                plain = file.is_file() and not file.is_symlink() and file.stat().st_size <= LARGEST
                if plain and parts_of(file.relative_to(tree.root).as_posix()) is not None:
                    yield file


def parts_of(name: str) -> tuple[str, str] | None:
    """Of a name in an archive the folder and the path in it; None for one that isn't ours, or is no file of
    the learner's."""
    top, *parts = PurePosixPath(name).parts or ("",)
    if top != FOLDER or len(parts) < 2 or not NAME.fullmatch(parts[0]):
        return None
    odd = any(
        part.startswith(".") or part == "__pycache__" or re.search(r'[\\:*?"<>|]', part) for part in parts
    )
    return None if odd else (parts[0], "/".join(parts[1:]))


def bring(tree: Tree, brought: Mapping[str, Texts]) -> tuple[list[str], dict[str, Path]]:
    """Put folders where none of the same case is; one that differs from what is here goes to the kept ones.

    Returns the names of those that came in, and where the kept ones are.
    """
    came: list[str] = []
    kept: dict[str, Path] = {}
    for name, texts in brought.items():
        number = name.rpartition("-")[2]
        here = next((tree.root / FOLDER).glob(f"*-{number}"), None)
        if here is None:
            came.append(name)
            _write(tree.root / FOLDER / name, texts)
        elif not _same(here, texts) and not any(_same(one, texts) for one in kept_of(tree, number)):
            kept[here.name] = place_to_keep(tree, name)
            _write(kept[here.name], texts)
    return came, kept


def kept_of(tree: Tree, number: str) -> list[Path]:
    """The kept folders of one case, the latest last."""
    found = (tree.private / "kept" / FOLDER).glob(f"*-{number}-*")
    return sorted(found, key=lambda folder: folder.name.rpartition(f"-{number}-")[2])


def place_to_keep(tree: Tree, name: str) -> Path:
    """A path for a folder of this name that gives way, where nothing is yet."""
    first = tree.private / "kept" / FOLDER / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}"
    kept, number = first, 1
    while kept.exists():
        number += 1
        kept = first.with_name(f"{first.name}.{number}")
    return kept


def _write(folder: Path, texts: Texts) -> None:
    for path, content in texts.items():
        atomic.write_text(folder / path, content)


def _same(folder: Path, texts: Texts) -> bool:
    """Whether all that was brought is there, as it is."""
    return all((folder / path).is_file() and (folder / path).read_bytes() == c for path, c in texts.items())
