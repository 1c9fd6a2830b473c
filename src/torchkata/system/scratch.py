"""The folder of a check goes with the check, whatever the program has made of it."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path


def remove(top: Path) -> None:
    """All of it, following no link; what cannot be removed stays, and is no error.

    `shutil.rmtree` recurses, which folders a thousand deep do not allow, and gives up on a locked one.
    """
    for pause in (0.0, 0.1, 1.0, 5.0):  # somebody who is being ended may still be writing there
        time.sleep(pause)
        with suppress(OSError):
            if os.open not in os.supports_dir_fd:
                shutil.rmtree(top)
            elif top.is_symlink():
                top.unlink()
            else:
                os.chmod(top, 0o700)
                _empty(os.open(top, os.O_DIRECTORY | os.O_NOFOLLOW))
                top.rmdir()
        if not os.path.lexists(top):
            return


def _empty(here: int) -> None:
    """Down into every folder and up again, with one open at a time; `here` is closed at the end."""
    way: list[str] = []
    left = [_folders(here)]  # the folders still to be seen, for each step of the way
    while left:
        if left[-1]:
            name = left[-1].pop()
            with suppress(OSError):
                os.chmod(name, 0o700, dir_fd=here)
                inner = os.open(name, os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
                os.close(here)
                here = inner
                way.append(name)
                left.append(_folders(here))
        else:
            left.pop()
            if way:
                outer = os.open("..", os.O_DIRECTORY, dir_fd=here)
                os.close(here)
                here = outer
                with suppress(OSError):
                    os.rmdir(way.pop(), dir_fd=here)
    os.close(here)


def _folders(here: int) -> list[str]:
    """The names of the folders in a folder, after everything else in it was removed."""
    found = []
    for entry in list(os.scandir(here)):
        with suppress(OSError):
            if entry.is_dir(follow_symlinks=False):
                found.append(entry.name)
            else:
                os.unlink(entry.name, dir_fd=here)
    return found
