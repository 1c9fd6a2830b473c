"""How much processor time a process has used, with everything below it. Linux; None elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def processor_seconds(pid: int) -> float | None:
    """User and system time of `pid`, of its live descendants, and of the dead ones they waited for."""
    if sys.platform != "linux":
        return None
    ticks = sum(_ticks(process) for process in (pid, *descendants(pid)))
    return float(ticks) / os.sysconf("SC_CLK_TCK")


def descendants(pid: int, known: frozenset[int] = frozenset()) -> Iterator[int]:
    """Every live process below `pid`, but for those in `known` and what is below them."""
    for child in _children(pid):
        if child not in known:
            yield child
            yield from descendants(child, known)


def _ticks(pid: int) -> int:
    """utime, stime, cutime, cstime of proc(5): fields 14 to 17, behind a name that may hold blanks."""
    try:
        fields = (
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        )
    except OSError:  # gone meanwhile
        return 0
    return sum(int(field) for field in fields[11:15])


def _children(pid: int) -> list[int]:
    """The live children of a process, of all its threads."""
    found: list[int] = []
    # Threads come and go while one looks, and before Python 3.13 that could end the listing itself.
    with suppress(OSError):
        for task in Path("/proc", str(pid), "task").glob("*/children"):
            with suppress(OSError):
                found += [int(number) for number in task.read_text(encoding="utf-8").split()]
    return found
