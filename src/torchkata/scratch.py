"""The folder of a check goes with the check, whatever the program has made of it."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def remove(top: Path) -> None:
    """All of it, following no link. The usual ways fail on folders nested a thousand deep, and change
    the rights of the file that a link leads to."""
    if top.is_symlink():
        top.unlink()
        return
    while _flattened(top):
        pass
    with suppress(OSError):
        top.rmdir()


def _flattened(top: Path) -> bool:
    """Remove the files, and the outermost folders, whose own folders move up into `top`.

    Whether that was progress: what is in use, or another user's, stays.
    """
    progress = False
    for folder in _folders(top):
        with suppress(OSError):
            for inner in _folders(folder):
                os.chmod(inner, 0o700)  # else it cannot be moved
                os.rename(inner, top / secrets.token_hex(8))
            os.rmdir(folder)
            progress = True
    return progress


def _folders(folder: Path) -> list[Path]:
    """The folders in `folder`, after everything else in it was removed."""
    found: list[Path] = []
    with suppress(OSError):
        os.chmod(folder, 0o700)
        for entry in list(os.scandir(folder)):
            if entry.is_dir(follow_symlinks=False):
                found.append(Path(entry.path))
            else:
                with suppress(OSError):
                    os.unlink(entry.path)
    return found
