"""What to say when something goes wrong that nobody caught: what happened, and what to type."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from torchkata.system.paths import shown

DEBUG = "TORCHKATA_DEBUG"  # set to anything, a command shows its traceback

REMEDIES = {
    errno.ENOSPC: "free some space, then try again",
    errno.EDQUOT: "free some space, then try again",
    errno.EROFS: "this folder is mounted read-only; work in a copy of it, or: kata init DIR",
    errno.EACCES: "this folder belongs to somebody else; work in one of your own: kata init DIR",
    errno.EPERM: "this folder belongs to somebody else; work in one of your own: kata init DIR",
    errno.EISDIR: "a folder has a name that a file needs; move it out of the way",
    errno.ENOTDIR: "a file has a name that a folder needs; move it out of the way",
    errno.EMFILE: "too many files are open; close some programs, or raise the limit: ulimit -n 4096",
}


def is_own_fault(problem: BaseException) -> bool:
    """Whether the fault is torchkata's, and not the system's or the caller's."""
    return not isinstance(problem, OSError | ValueError | LookupError | SyntaxError)


def told(problem: BaseException) -> str:
    """One or two sentences about a problem, for the person in front of the terminal."""
    if isinstance(problem, OSError) and problem.errno is not None:
        file = problem.filename2 or problem.filename  # the second is what a temporary file was to become
        where = f"{shown(Path(os.fsdecode(file)))}: " if isinstance(file, str | bytes) else ""
        remedy = REMEDIES.get(problem.errno)
        return f"{where}{os.strerror(problem.errno)}" + (f" ({remedy})." if remedy else ".")
    if isinstance(problem, SyntaxError):
        return f"{problem.filename}, line {problem.lineno}: {problem.msg}"
    words = str(problem) or type(problem).__name__
    if not is_own_fault(problem):
        return words
    return f"torchkata itself failed: {type(problem).__name__}: {words}\nTo see where: {DEBUG}=1 kata ..."
