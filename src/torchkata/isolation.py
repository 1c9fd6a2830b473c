"""What a program under check may take and touch: limits everywhere, and on Linux a fence (Landlock).

It keeps accidents and casual gaming from the solutions, from the learner's files and from the loop.
It is no prison for hostile code: `docs/limits.md` says what gets out.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

FILE_SIZE = 64 << 20  # bytes that a program may write into one file
TASKS = 64  # processes and threads that a check may add to those that there are

# prctl(2)
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

# landlock(7): the numbers are the same on every architecture. glibc has no functions for them.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_ONLY, PATH_BENEATH = 1, 1
WRITE_FILE, READ_FILE, REFER, TRUNCATE = 1 << 1, 1 << 2, 1 << 13, 1 << 14
WRITE_FOLDER = sum(1 << bit for bit in range(4, 13))  # remove and make, of every kind
ABSTRACT_SOCKETS, SIGNALS = 1 << 0, 1 << 1
SCOPES_SINCE = 6

# What torch and Python write to besides the check's own folder. A process pool, a DataLoader with
# workers among them, makes its semaphores and tensors in /dev/shm, under names that nobody can foresee.
SHARED_MEMORY = "/dev/shm"
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/kfd", "/dev/dri")


def prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def limit(memory: int | None) -> None:
    """Limits that the kernel enforces on this process and on each one that it starts.

    memory: bytes of address space on top of what is taken now; None for no limit
    """
    try:
        import resource
    except ImportError:
        return  # Windows has no such limits

    def lower(which: int, value: int) -> None:
        """Never above what whoever started us has set: that would be an error."""
        with suppress(ValueError, OSError):
            most = resource.getrlimit(which)[1]
            value = value if most == resource.RLIM_INFINITY else min(value, most)
            resource.setrlimit(which, (value, value))

    lower(resource.RLIMIT_CORE, 0)  # a crash is our daily bread, and its core as large as the parent
    lower(resource.RLIMIT_FSIZE, FILE_SIZE)
    if sys.platform != "linux":
        return
    # A program that asks for gigabytes gets an error of its own instead of taking the machine down.
    if memory is not None:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        lower(resource.RLIMIT_AS, pages * os.sysconf("SC_PAGE_SIZE") + memory)
    # The kernel counts all tasks of this user, and exempts root. What /proc shows is those of everybody,
    # so that the limit is never too tight: OpenMP answers a thread refused by ending the process.
    tasks = int(Path("/proc/loadavg").read_text().split()[3].partition("/")[2])
    lower(resource.RLIMIT_NPROC, tasks + TASKS)


class Fence:
    """Landlock around one check: built ahead of need, closed for good. What it forbids raises
    PermissionError: reading what is hidden, writing outside of the check's own folder, and, where the
    kernel knows how, signals to processes outside. Where Landlock is missing it does nothing.
    """

    def __init__(self, hidden: Iterable[Path]) -> None:
        self.hidden = {str(path.resolve()) for path in hidden} | {"/dev"}
        self.rules, self.write = _ruleset(_abi())
        self.listed: dict[str, int] = {}
        self.allowed: set[str] = set()
        if self.rules is not None:
            self._let_read("/")
            nvidia = [entry.path for entry in os.scandir("/dev") if entry.name.startswith("nvidia")]
            for device in (*DEVICES, *nvidia):
                self._allow(device, READ_FILE | WRITE_FILE | self.write & TRUNCATE)
            self._allow(SHARED_MEMORY, READ_FILE | self.write & ~_MAKE_OTHERS_THAN_FILES)

    def close(self, folder: Path) -> None:
        """Around this process and whatever it starts from here on; `folder` is all that it may change."""
        if sys.platform != "linux":
            return
        prctl(PR_SET_NO_NEW_PRIVS, 1)  # Landlock asks for it, and no check needs sudo
        if self.rules is None:
            return
        self._let_read("/", anew=True)  # what was made or installed since then
        self._allow(str(folder), READ_FILE | self.write)
        if _landlock(RESTRICT_SELF, self.rules, 0) == 0:
            # Nobody inside can reach another's memory now. One's own /proc/self/fd is useful.
            prctl(PR_SET_DUMPABLE, 1)
        os.close(self.rules)

    def _let_read(self, folder: str, *, anew: bool = False) -> None:
        """All that is in `folder` but what is hidden. Landlock grants, and knows no exceptions: so a
        folder with something hidden below is granted entry by entry.

        anew: look only into the folders that have changed since
        """
        try:
            changed = os.stat(folder).st_mtime_ns
            entries = list(os.scandir(folder))
        except OSError:  # a folder that may be passed through, but not listed: then nothing is hidden
            self._allow(folder, READ_FILE)
            return
        if anew and self.listed.get(folder) == changed:
            entries = [entry for entry in entries if entry.path in self.listed]
        self.listed[folder] = changed
        for entry in entries:
            if entry.path in self.hidden or entry.path in self.allowed or entry.is_symlink():
                continue  # where a link leads, it is the rule there that counts
            if any(path.startswith(entry.path + "/") for path in self.hidden):
                self._let_read(entry.path, anew=anew)
            else:
                self.allowed.add(entry.path)
                self._allow(entry.path, READ_FILE)
