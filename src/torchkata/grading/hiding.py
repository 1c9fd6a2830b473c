"""What no submission has to read: the others, the finished checks, and what is in the grader's home."""

from __future__ import annotations

import site
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import torchkata
from torchkata.collection.layout import Tree
from torchkata.grading.submission import Submission


def hidden(submissions: Sequence[Submission], keep: Path, tree: Tree) -> list[Path]:
    """Folders and files, as few as possible: each costs time in every check."""
    needed = [Path(sys.prefix), Path(sys.base_prefix), Path(torchkata.__file__).parent, tree.root]
    needed += [Path(tempfile.gettempdir()), *map(Path, sys.path), *map(Path, _user_site())]
    needed = [path.resolve() for path in needed if path.exists()]
    found = [keep]
    for submission in submissions:
        root = submission.root.resolve()
        # Where all of them are, one rule is enough; a folder right below / may be the system's.
        if len(root.parent.parts) > 2 and not _holds(root.parent, needed):
            found.append(root.parent)
        else:  # as where there is a .venv in it
            found += _inside(root, needed) if _holds(root, needed) else [root]
    with suppress(RuntimeError):  # nobody's home
        home = Path.home().resolve()
        found += _inside(home, needed) if len(home.parts) > 1 else []
    return list(dict.fromkeys(path.resolve() for path in found if path.exists()))


def _holds(folder: Path, needed: Sequence[Path]) -> bool:
    return any(path.is_relative_to(folder) for path in needed)


def _inside(folder: Path, needed: Sequence[Path]) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        if not entry.is_symlink() and not _holds(entry, needed):
            yield entry


def _user_site() -> list[str]:
    return [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
