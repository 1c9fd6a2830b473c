"""One learner's folder: the files in it that are named after katas, and those that are not."""

from __future__ import annotations

import difflib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

LARGEST = 1 << 20  # bytes of a program; a fix has a thousandth of it
IGNORED = {"__pycache__", "__init__.py"}


class Unreadable(ValueError):
    """A file that is named after a kata and is no plain file; the message says what it is."""


@dataclass(frozen=True)
class Submission:
    """`root` mirrors broken/, as DIR/graph/second_step.py; a whole dojo is taken for its katas/."""

    learner: str
    root: Path

    @classmethod
    def of(cls, folder: Path) -> Submission:
        inner = folder / "katas"
        return cls(
            as_text(folder.resolve().name), inner if inner.is_dir() and not inner.is_symlink() else folder
        )

    def file(self, kata: str) -> Path:
        return self.root / f"{kata}.py"

    def has(self, kata: str) -> bool:
        return os.path.lexists(self.file(kata))

    def read(self, kata: str) -> bytes:
        """The text of a program. A link is refused, wherever on the way it stands: it may lead to the
        grader's own files. Raises `Unreadable`."""
        file = self.file(kata)
        if file.parent.is_symlink():
            raise Unreadable(f"{file.parent.name}/ is a link; only plain files are graded")
        try:
            # Not blocking: a pipe of that name would be waited for.
            handle = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        except OSError as problem:
            what = "is a link; only plain files are graded" if file.is_symlink() else str(problem.strerror)
            raise Unreadable(f"{kata}.py: {what}") from None
        with os.fdopen(handle, "rb") as stream:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable(f"{kata}.py is no plain file")
            if status.st_size > LARGEST:
                raise Unreadable(f"{kata}.py has {status.st_size} bytes; {LARGEST} at most are graded")
            return stream.read(LARGEST)

    def trouble(self, kata: str) -> str:
        """Why the program can't be read."""
        try:
            self.read(kata)
        except (Unreadable, OSError) as problem:
            return str(problem)
        return f"{kata}.py has changed in the meantime; grade again"

    def strays(self, katas: Iterable[str]) -> dict[str, str]:
        """Python files that are named after no kata → the id that is most like theirs, or empty."""
        known = set(katas)
        found = {}
        for pattern in ("*.py", "*/*.py"):
            for file in sorted(self.root.glob(pattern)):
                name = file.relative_to(self.root).with_suffix("").as_posix()
                if name in known or file.name in IGNORED or any(p.startswith(".") for p in name.split("/")):
                    continue
                near = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
                same = sorted(kata for kata in known if kata.rpartition("/")[2] == file.stem)
                found[as_text(f"{name}.py")] = next(iter([*same[:1], *near]), "")
        return found


def as_text(name: str) -> str:
    """A name of a file, also one that isn't UTF-8, as every report can hold it."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
