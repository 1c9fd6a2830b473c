"""What a program under check may take and touch: limits everywhere, and on Linux a fence (Landlock).

It keeps accidents and casual gaming from the solutions, from the learner's files and from the loop.
It is no prison for hostile code: `docs/limits.md` says what gets out.
"""

from __future__ import annotations

import ctypes
import functools
import os
import stat
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from torchkata.system import devices

if sys.platform != "win32":
    import resource

FILE_SIZE = 64 << 20  # bytes that a program may write into one file
TASKS = 64  # processes and threads that a check may add to those that there are

# prctl(2)
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

# capabilities(7). Whoever has one of these, as root does, may read the memory and the environment of any
# process, Landlock or not.
PEEKING = (19, 21, 38)  # CAP_SYS_PTRACE, CAP_SYS_ADMIN, CAP_PERFMON
CAPABILITIES_V3 = 0x20080522

# landlock(7). glibc has no functions for its system calls; their numbers are the same everywhere.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION, PATH_BENEATH = 1, 1
WRITE_FILE, READ_FILE = 1 << 1, 1 << 2
REMOVE_FILE, MAKE_FILE = 1 << 5, 1 << 8
REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))  # files, folders, links, sockets and the rest
REFER, TRUNCATE = 1 << 13, 1 << 14  # since versions 2 and 3
ABSTRACT_SOCKETS, SIGNALS = 1 << 0, 1 << 1
SCOPES_SINCE = 6
BIND_TCP, CONNECT_TCP = 1 << 0, 1 << 1
TCP_SINCE = 4

# What torch and Python write to besides the check's own folder. A DataLoader with workers makes its
# semaphores and tensors in shared memory, under names that nobody can foresee.
SHARED_MEMORY = "/dev/shm"
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/kfd", "/dev/dri")


def prctl(option: int, value: int) -> None:
    _libc().prctl(option, value, 0, 0, 0)


def limit(memory: int | None, *, for_good: bool = True) -> None:
    """Limits that the kernel keeps, for this process and for each one that it starts.

    memory:   bytes of address space on top of what is taken now; None for as much as there is
    for_good: whether nobody can raise those of memory and tasks again
    """
    if sys.platform == "win32":
        return  # there are no such limits

    def lower(which: int, value: int, *, for_good: bool = True) -> None:
        with suppress(ValueError, OSError):
            most = resource.getrlimit(which)[1]  # to ask for more than that would be an error
            value = value if most == resource.RLIM_INFINITY else min(value, most)
            resource.setrlimit(which, (value, value if for_good else most))

    lower(resource.RLIMIT_CORE, 0)  # crashes are our daily bread, and a core is as large as the parent
    lower(resource.RLIMIT_FSIZE, FILE_SIZE)  # a file that grows without end would fill the disk
    if sys.platform != "linux":
        return
    if memory is not None:
        # Who asks for gigabytes gets an error of their own, instead of taking the machine down.
        pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[0])
        lower(resource.RLIMIT_AS, pages * os.sysconf("SC_PAGE_SIZE") + memory, for_good=for_good)
    # A bomb of processes or threads ends early (root's does not: the kernel exempts it). What is limited
    # are all tasks of this user; all tasks of the machine are as many or more, and cost one read to
    # count. Too tight would be worse: OpenMP answers a thread that it cannot have by ending the process.
    tasks = int(Path("/proc/loadavg").read_text(encoding="utf-8").split()[3].partition("/")[2])
    lower(resource.RLIMIT_NPROC, tasks + TASKS, for_good=for_good)


class Fence:
    """Landlock around one check: built ahead of need, closed for good.

    What it forbids raises PermissionError: to read what is hidden, to write outside of the check's own
    folder, and, where the kernel knows how, to signal a process outside and to use TCP. Without Landlock it
    does nothing.
    """

    def __init__(self, hidden: Iterable[Path]) -> None:
        self.hidden = {str(path.resolve()) for path in hidden} | {"/dev"}
        self.rules, self.write = _ruleset()
        self.listed: dict[str, int] = {}
        self.granted: set[str] = set()
        if self.rules >= 0:
            self._let_read("/")
            nvidia = [f"/dev/{name}" for name in os.listdir("/dev") if name.startswith("nvidia")]
            for device in (*DEVICES, *nvidia):
                self._grant(device, READ_FILE | WRITE_FILE)
            files_alone = WRITE_FILE | TRUNCATE | REMOVE_FILE | MAKE_FILE
            self._grant(SHARED_MEMORY, READ_FILE | (self.write & files_alone))

    def close(self, folder: Path, *, network: bool = False) -> None:
        """Around this process and whatever it starts; `folder` is all that it may change from here on.

        network: whether it may use TCP, as ranks on one machine do to find one another
        """
        if sys.platform != "linux":
            return
        prctl(PR_SET_NO_NEW_PRIVS, 1)  # Landlock demands it, and no check has use for sudo
        _drop(PEEKING)
        if self.rules < 0:
            return
        for listed, changed in list(self.listed.items()):
            with suppress(OSError):
                if os.stat(listed).st_mtime_ns != changed:  # somebody has installed or made something
                    self._let_read(listed)
        self._grant(str(folder), READ_FILE | self.write)
        if _landlock(RESTRICT_SELF, self.rules, 0) == 0:
            # The fence guards the memory of the others as well, and one's own /proc/self/fd is useful.
            prctl(PR_SET_DUMPABLE, 1)
        os.close(self.rules)
        if not network:
            _forbid_tcp()

    def _let_read(self, folder: str) -> None:
        """All in `folder` but what is hidden. Landlock knows grants and no exceptions, so that a folder
        with something hidden in it is granted entry by entry."""
        try:
            changed, entries = os.stat(folder).st_mtime_ns, list(os.scandir(folder))
        except OSError:  # one may pass through it, but not list it: then nothing can be hidden in it
            self._grant(folder, READ_FILE)
            return
        self.listed[folder] = changed
        for entry in entries:
            path = entry.path
            # A link needs no grant: what counts is where it leads.
            if path in self.granted or path in self.hidden or path in self.listed or entry.is_symlink():
                continue
            if any(secret.startswith(path + "/") for secret in self.hidden):
                self._let_read(path)
            else:
                self.granted.add(path)
                self._grant(path, READ_FILE)

    def _grant(self, path: str, access: int) -> None:
        _let(self.rules, path, access)


def _let(rules: int, path: str, access: int) -> None:
    """Add to `rules` what may be done to `path`, and below it where it's a folder."""
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # gone, or never there
    try:
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            access &= READ_FILE | WRITE_FILE | TRUNCATE
        _landlock(ADD_RULE, rules, PATH_BENEATH, struct.pack("=Qi", access, fd), 0)
    finally:
        os.close(fd)


def tier(*, forks: bool) -> str:
    """In words, what stands between a program under check and everything else here."""
    limits = "limits of time and output"
    if sys.platform == "linux":
        memory = "" if devices.gpu_in_reach() else " memory,"
        limits = f"limits of time,{memory} output, file size and tasks"
    road = f"forked child, own process group, {limits}" if forks else f"plain process, {limits}"
    version = _version()
    if version == 0:
        return f"{road}; files and processes are open to it (no Landlock here)"
    deeds = ["read solutions", "write outside its folder"]
    deeds += ["use TCP"] * (version >= TCP_SINCE) + ["signal other processes"] * _scopes(version)
    fence = f"cannot {', '.join(deeds[:-1])} or {deeds[-1]}"
    fence += "" if _scopes(version) else "; may signal other processes"
    return f"{road}; {fence} (Landlock {version})"


def _version() -> int:
    """Of Landlock in this kernel; 0 where there is none, or where it may not be used."""
    if sys.platform != "linux":
        return 0
    return max(0, _landlock(CREATE_RULESET, None, 0, ASK_VERSION))


def _scopes(version: int) -> bool:
    """Whether signals can be kept in; some kernels claim the version without the deed."""
    if version < SCOPES_SINCE:
        return False
    rules = _landlock(CREATE_RULESET, struct.pack("=QQQ", READ_FILE, 0, SIGNALS), 24, 0)
    if rules >= 0:
        os.close(rules)
    return rules >= 0


def _ruleset() -> tuple[int, int]:
    """An empty set of rules, or -1; and the rights to write that this kernel tells apart."""
    version = _version()
    if version == 0:
        return -1, 0
    write = WRITE_FILE | REMOVE_AND_MAKE
    write |= REFER if version >= 2 else 0
    write |= TRUNCATE if version >= 3 else 0
    scopes = ABSTRACT_SOCKETS | SIGNALS if _scopes(version) else 0
    attributes = struct.pack("=QQQ", READ_FILE | write, 0, scopes)
    # Older kernels know a shorter structure, and take a longer one only if the rest of it is zero.
    return _landlock(CREATE_RULESET, attributes, len(attributes), 0), write


def _drop(capabilities: Iterable[int]) -> None:
    """Give capabilities up, for this process and whatever it starts (PR_SET_NO_NEW_PRIVS keeps exec from
    bringing them back)."""
    header = struct.pack("=Ii", CAPABILITIES_V3, 0)
    held = ctypes.create_string_buffer(24)  # effective, permitted and inheritable, for 32 of them at a time
    if _libc().capget(header, held) != 0:
        return
    words = list(struct.unpack("=6I", held.raw))
    for number in capabilities:
        for kind in range(3):
            words[number // 32 * 3 + kind] &= ~(1 << number % 32)
    _libc().capset(header, struct.pack("=6I", *words))


def _forbid_tcp() -> None:
    """A second fence inside the first: which kata it is about isn't known when that one is built."""
    if _version() < TCP_SINCE:
        return
    # Whoever doesn't name REFER forbids it: to move a file from one folder of one's own to another.
    attributes = struct.pack("=QQ", REFER, BIND_TCP | CONNECT_TCP)
    rules = _landlock(CREATE_RULESET, attributes, len(attributes), 0)
    if rules >= 0:
        _let(rules, "/", REFER)
        _landlock(RESTRICT_SELF, rules, 0)
        os.close(rules)


def _landlock(call: int, *arguments: int | bytes | None) -> int:
    return int(_libc().syscall(call, *arguments))


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)
