"""Files that must survive crashes: written whole or not at all, and never fatal when unreadable."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def named(file: Path) -> Iterator[None]:
    """A failure inside names `file`: "No space left on device" alone doesn't say on which one."""
    try:
        yield
    except OSError as problem:
        at = problem.filename
        if at is None or Path(os.fsdecode(at)).name.startswith(f".{file.name}."):  # the temporary one
            problem.filename, problem.filename2 = str(file), None
        raise


def write_text(file: Path, text: str | bytes) -> None:
    """Replace `file` atomically: a reader sees the old content or the new, never a part.

    A link stays a link; what it leads to is replaced.
    """
    file = Path(os.path.realpath(file)) if file.is_symlink() else file
    with named(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        mode = file.stat().st_mode & 0o777 if file.exists() else 0o644
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            os.chmod(name, mode)  # a temporary file is for its owner alone
            with os.fdopen(handle, "wb") as stream:
                stream.write(text.encode() if isinstance(text, str) else text)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(name, file)
        except BaseException:
            os.unlink(name)
            raise


def write_json(file: Path, value: Any) -> None:
    write_text(file, json.dumps(value))


def read_json(file: Path) -> Any:
    """The content, or None where there is none that can be read; a corrupt file is set aside."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (ValueError, OSError, RecursionError):
        set_aside(file)
        return None


def set_aside(file: Path) -> Path | None:
    """Move a file out of the way, keeping it; returns its new name."""
    aside = file.with_name(f"{file.name}.corrupt-{time.strftime('%Y%m%d-%H%M%S')}")
    try:
        file.rename(aside)
    except OSError:
        return None
    return aside


def append_line(file: Path, line: str) -> None:
    """Add one line with a single write, so that two writers never mix theirs.

    Where a crash of the machine left half a line behind, the new one still begins on its own.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        with named(file):
            size = os.fstat(handle).st_size
            os.lseek(handle, max(0, size - 1), os.SEEK_SET)
            torn = size > 0 and os.read(handle, 1) != b"\n"
            left = (("\n" if torn else "") + line + "\n").encode()
            while left:  # a disk that is nearly full takes a part, and says why not more at the next try
                left = left[os.write(handle, left) :]
            os.fsync(handle)
    finally:
        os.close(handle)
