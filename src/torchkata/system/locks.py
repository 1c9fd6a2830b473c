"""One at a time, among threads and among processes: for a file that is read, changed and written again."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


@contextlib.contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Wait until nobody else holds `lock`, a file that is there for this only, and hold it.

    It goes with its process, however that ends. Where it can't be had, as on a file system without
    locks, work goes on without one: that's better than none at all.
    """
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            lock.parent.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context(lock.open("ab"))
            if sys.platform == "win32":
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
            else:
                fcntl.flock(file, fcntl.LOCK_EX)
                stack.callback(fcntl.flock, file, fcntl.LOCK_UN)  # a child may have been forked meanwhile
        yield
