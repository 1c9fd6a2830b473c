"""Whether files have changed since somebody read them, without reading them again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

Stamp = tuple[int, int] | None  # when a file was written, and how long it is; None without one


class Stamps:
    """Of all that a worker has read, and that might change under it."""

    def __init__(self) -> None:
        self._of: dict[Path, Stamp] = {}

    def watch(self, files: Iterable[Path]) -> None:
        """Remember what these files are like, before the worker reads them."""
        for file in files:
            self._of.setdefault(file, _stamp(file))

    def is_current(self) -> bool:
        """Whether each of them is what it was."""
        return all(_stamp(file) == stamp for file, stamp in list(self._of.items()))


def _stamp(file: Path) -> Stamp:
    try:
        status = file.stat()
    except OSError:  # gone, or not yet there
        return None
    return status.st_mtime_ns, status.st_size
