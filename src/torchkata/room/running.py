"""Whether a session is open: a lock that goes with its process, however that ends. Windows has none here."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":
    import fcntl

NAME = "open"


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """While the session in `folder` is open."""
    with (folder / NAME).open("w", encoding="utf-8") as file:
        if sys.platform != "win32":
            with contextlib.suppress(OSError):  # a file system without locks
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def is_open(folder: Path) -> bool:
    if sys.platform == "win32":
        return False
    try:
        with (folder / NAME).open("r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
