"""The judge's side of a check: hand a program over, listen until it ends, say how it ended.

The judge never runs the learner's code and never imports torch. On Linux a warm parent process
(`judging.inside.server`) forks one child for each check: `forked`. Elsewhere each check is a fresh
process, which takes seconds: `fresh`. Both are a `Worker`; this module is what they have in common.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from torchkata.collection.layout import Kata, Tree
from torchkata.system import devices, policy

START_TIMEOUT = 300.0  # seconds for importing torch on a cold, busy machine
OUTPUT_LIMIT = 1_000_000  # bytes that a program may print in one check
IDLE = 0.1  # of the limit: who has computed less than that was waiting for something
PATIENCE = 5  # times the limit that a program may sleep, or wait for a busy machine
# The variables that reach a program: docs/limits.md lists them.
PASSED = (
    *("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP"),
    *("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "PYTHONUTF8", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
    *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "USERPROFILE", "USERNAME", "LOCALAPPDATA", "COMSPEC", "PATHEXT"),
    *("NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES"),
)
PREFIXES = ("LC_", "OMP_", "MKL_", "KMP_", "CUDA_", "CUBLAS_", "HIP_", "HSA_", "ROCR_", "PYTORCH_", "TORCH_")
COUNT = b"count"  # asks the parent how many children it has made, for how many programs
TIME = b"time "  # asks the parent for the processor time of a check, and begins its answer
OUTPUT_KEPT = 20_000  # bytes of them that are shown


class WorkerError(RuntimeError):
    """Our own fault: the worker could not start, or could not collect the tests."""


@dataclass(frozen=True)
class Limits:
    """What one check may take.

    seconds: of processor time, of the program with all that it starts; by the clock, PATIENCE times that
    memory:  in bytes, on top of what the warm process has
    """

    seconds: float = 10.0
    memory: int = 2 << 30


@dataclass(frozen=True)
class Job:
    """One program to run against one kata's tests.

    file:      a snapshot of the program, at its import path below `scratch`
    scratch:   a folder of this check's own; the check runs in it
    shown:     the path that people know the program by
    functions: public name → parameter names that the program must offer
    generators: those of the functions that yield in the kata as well
    snippet:   run this with the names of the program instead of the tests
    each:      run every test in a process of its own, each executing the program once
    network:   let it use TCP, for the kata's card says that it must
    alone:     in a process that serves no other program, on every road
    only:      the names of the tests to run; None for all
    traced:    report which functions of a project each test has called
    """

    kata: str
    file: str
    scratch: str
    shown: str
    functions: dict[str, list[str]]
    generators: list[str] = field(default_factory=list)
    limits: Limits = field(default_factory=Limits)
    each: bool = False
    snippet: str = ""
    network: bool = False
    alone: bool = False
    only: list[str] | None = None
    traced: bool = False


@dataclass(frozen=True)
class TestInfo:
    """A collected test: `skip` is the reason why this machine cannot run it, or None."""

    __test__ = False  # pytest would otherwise take the name for a test class

    name: str
    group: str
    skip: str | None


@dataclass(frozen=True)
class Collected:
    """The tests of one kata, or why there are none."""

    tests: list[TestInfo] = field(default_factory=list)
    error: str = ""

    @classmethod
    def from_message(cls, message: dict[str, Any]) -> Collected:
        return cls([TestInfo(**test) for test in message["tests"]], message["error"])


@dataclass(frozen=True)
class Ready:
    """What a worker says once it is warm."""

    torch: str
    python: str


@dataclass(frozen=True)
class Counted:
    """Of processes that are kept: how many there were for how many programs, and why those that were replaced
    had to be (reason → how often)."""

    made: int
    served: int
    replaced: dict[str, int]


@dataclass
class Run:
    """How one program ended: its reports, its output, and `ended`.

    ended:  "" left by itself · "timeout" · "waiting" (the same, idle) · "slowed" (the same, at work, as far
            as one knows) · "output_limit" · "cancelled" · "lost" the worker died with it
    status: the wait status's exit code, negative for a signal, None where it is not known
    seconds: by the clock
    used:   of processor time, as the child says; 0.0 of one that didn't come to its end
    """

    reports: list[dict[str, Any]] = field(default_factory=list)
    output: str = ""
    ended: str = ""
    status: int | None = None
    seconds: float = 0.0

    @property
    def used(self) -> float:
        return max((float(r["used"]) for r in self.reports if "used" in r), default=0.0)


def by_the_clock(used: float | None, seconds: float) -> str:
    """How a run ended that the clock has stopped, after `used` of its `seconds` of computing, if known."""
    return "waiting" if used is not None and used < IDLE * seconds else "slowed"


class Cancelled(Exception):
    """The check was called off from another thread; there is no verdict."""


class Cancel:
    """Calls one check off, from another thread than the one that waits for it."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        self._set = False

    def set(self) -> None:
        if not self._set:
            self._set = True
            os.write(self._writer, b"x")

    def is_set(self) -> bool:
        return self._set

    def fileno(self) -> int:
        """Readable once the check is called off."""
        return self._reader

    def close(self) -> None:
        os.close(self._reader)
        os.close(self._writer)


class Worker(Protocol):
    @property
    def ready(self) -> Ready: ...
    @property
    def is_ready(self) -> bool: ...
    def collected(self, kata: Kata) -> Collected: ...
    def run(self, job: Job, cancel: Cancel | None = None) -> Run: ...
    def counted(self) -> Counted | None: ...
    def close(self) -> None: ...


def can_fork() -> bool:
    """Linux only: macOS has fork, but its frameworks abort in a forked child."""
    return sys.platform == "linux" and os.environ.get("TORCHKATA_FORK", "1") != "0"


def keeps(device: str) -> bool:
    """Whether a process on this device is kept for many programs, where whoever judges them allows that.

    On CUDA each process would make a context first. TORCHKATA_KEEP=1 keeps processes on every device,
    TORCHKATA_KEEP=0 on none.
    """
    forced = os.environ.get("TORCHKATA_KEEP")
    return can_fork() and (forced == "1" if forced in ("0", "1") else device == "cuda")


def command(tree: Tree, katas: list[Kata], device: str, *more: str) -> list[str]:
    tests = [str(kata.test.relative_to(tree.root)) for kata in katas if kata.test.is_file()]
    return [sys.executable, "-m", "torchkata.judging.inside.server", str(tree.root), device, *more, *tests]


def as_argument(home: Path, hidden: Iterable[Path]) -> str:
    """The judge's own folder, and what else no program may read, as an argument: a file in that folder says
    it, since there may be more of it than one argument can hold. Whoever reads it removes it."""
    handle, name = tempfile.mkstemp(dir=home, suffix=".json")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump([str(path) for path in (home, *hidden)], file)
    return name


def environment() -> dict[str, str]:
    """What of the caller's environment a program under check sees: what Python and torch need, by name.

    No token, no password, and nothing that changes how tests are collected or numbers come out.
    """
    kept = {name: value for name, value in os.environ.items() if name in PASSED or name.startswith(PREFIXES)}
    # One thread in the parent: a pool that a parallel operation starts does not survive the fork.
    return policy.of(kept) | {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        # A check has no time to compile; what a program compiles runs as it is written.
        "TORCHDYNAMO_DISABLE": "1",
    }


def decoded(printed: bytes, *, cut: bool) -> str:
    text = printed.decode("utf-8", errors="replace")
    return text + "\n[output cut here]\n" if cut else text


def refused(status: int, said: bytes) -> Exception:
    """Why the checking process ended before it was ready."""
    words = said.decode(errors="replace")[-4000:]
    if status == devices.EXIT:
        return devices.DeviceError(words)
    return WorkerError(f"the checking process did not start (exit status {status}):\n{words}")
