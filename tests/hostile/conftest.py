"""An arena for the worst programs: one judge for all of them, and what must be afterwards as it was before.

Every program is the broken one with an attack in it, so that the verdict `solved` would be a success
of the attack. It runs the attack while it is imported (once for each test, and once before them) or while its
function is called.
"""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import os
import random
import re
import signal
import subprocess
import tempfile
import textwrap
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine.conftest import program, write_kata, write_tree
from torchkata.collection.catalogue import Catalogue, Entry
from torchkata.judging.judge import Judge
from torchkata.judging.worker import Limits, can_fork
from torchkata.system import fence, scratch
from torchkata.system.usage import descendants

BROKEN, RIGHT = "values + 1", "2 * values"
SHOWN = Path("double.py")
# Seconds that whatever is to outlive its check sleeps, to know it by. Nobody else sleeps as long.
MARK = f"61.{os.getpid()}{random.SystemRandom().randrange(10**9):09}"

# A kata about checkpoints writes files itself, in the folder that pytest gives it.
SAVES = """

def test_the_result_can_be_saved(solution, device, tmp_path):
    torch.save(solution.double(tensor([1.0], device)), tmp_path / "result.pt")
    assert [file.name for file in tmp_path.iterdir()] == ["result.pt"]
"""

# What the attacks are written with.
PRELUDE = f"""\
import builtins, ctypes, fcntl, gc, inspect, itertools, json, os, re, resource, select, signal, socket
import stat, subprocess, sys, tempfile, threading, time, types, warnings

libc = ctypes.CDLL(None, use_errno=True)
SLEEP = ["sleep", "{MARK}"]

def linger(**options):
    return os.posix_spawn("/bin/sleep", SLEEP, {{}}, **options)

def pipe():
    "The descriptor of the reports: the only pipe beside the standard streams."
    return next(fd for fd in range(3, 64) if is_pipe(fd))

def is_pipe(fd):
    try:
        return stat.S_ISFIFO(os.fstat(fd).st_mode)
    except OSError:
        return False

def checked(result):
    "A call of libc that fails raises what Python would raise."
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
"""


@dataclass(frozen=True)
class Arena:
    judge: Judge
    entry: Entry
    talkative: Entry  # the same kata, whose card says that it needs the network
    lodging: Path  # where the judge and its worker make their folders
    canary: subprocess.Popen[bytes]  # a process of ours that no program may reach

    @property
    def root(self) -> Path:
        return self.judge.tree.root

    @property
    def scratch(self) -> Path:
        """Where the judge makes the folders of its checks, beside the stage of its worker."""
        return self.judge.home

    def check(self, text: str | bytes, seconds: float = 5.0, memory: int = 1 << 30, *, network: bool = False):
        """The verdict on a program, and no patience for a check that does not end in time."""
        self.judge.limits = Limits(seconds=seconds, memory=memory)
        data = text if isinstance(text, bytes) else text.encode()
        begun = time.monotonic()
        found = self.judge.check(self.talkative if network else self.entry, data, SHOWN)
        assert time.monotonic() - begun < 5 * seconds + 60, "it took too long to end"
        return found

    def files(self) -> dict[str, tuple[int, int, str]]:
        """Everything in the tree: mode, time of change and content."""
        found = {}
        for file in sorted(self.root.rglob("*")):
            status = file.lstat()
            content = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
            found[str(file.relative_to(self.root))] = status.st_mode, status.st_mtime_ns, content
        return found

    def processes(self, marks: Sequence[str] = ()) -> list[int]:
        """The worker of this arena, whatever still runs under its name, and what sleeps under ours."""
        wanted = {os.fsencode(mark) for mark in marks or (str(self.root), MARK)}
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                said = set((folder / "cmdline").read_bytes().split(b"\0"))
            except OSError:  # gone in the meantime
                continue
            if said & wanted:
                found.append(int(folder.name))
        return found

    def crowd(self) -> set[int]:
        """Whatever runs on account of this arena, under its name or below its worker."""
        worker = self.judge.worker.process.pid
        while True:
            with suppress(OSError):  # somebody went while we looked
                return {*self.processes(), worker, *descendants(worker)}


@pytest.fixture(scope="session")
def arena(tmp_path_factory):
    if not can_fork():
        pytest.skip("the fence and the fork are for Linux")
    tree = write_tree(tmp_path_factory.mktemp("hostile") / "dojo")
    (kata,) = tree.katas()
    talkative = write_kata(tree.root, "toy/talkative")
    for each in (kata, talkative):
        each.test.write_text(each.test.read_text() + SAVES)
    card = talkative.card.read_text().replace("level = 1", 'level = 1\nneeds = ["network"]')
    talkative.card.write_text(card.replace('pitfall = "', 'pitfall = "talks-and-'))
    (tree.root / ".git").mkdir()
    (tree.root / ".git" / "config").write_text("[core]\n")
    lodging = Path(tempfile.mkdtemp(prefix="hk-"))  # short: a socket's path has some hundred characters
    # In a group of its own: a signal to all of it reaches nobody else.
    canary = subprocess.Popen(["sleep", "3600"], start_new_session=True)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TMPDIR", str(lodging))
            patch.setattr(tempfile, "tempdir", str(lodging))
            judge = Judge(tree, tree.katas())
        with judge:
            for each in (kata, talkative):
                judge.prepare(each)
            katas = Catalogue(tree)
            yield Arena(judge, katas[kata.id], katas[talkative.id], lodging, canary)
        assert not list(lodging.glob("torchkata-*")), "judge or worker left something behind"
    finally:
        canary.kill()
        canary.wait()
        scratch.remove(lodging)


@pytest.fixture
def alone():
    """Asked for by a test that takes every task that this user may have: none runs beside it."""


@contextmanager
def turn(folder: Path, alone: bool) -> Iterator[None]:
    """A place among the tests of all workers; whoever waits to be alone lets nobody else in first."""
    with open(folder / "door", "w") as door, open(folder / "room", "w") as room:
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        if not alone:
            fcntl.flock(door, fcntl.LOCK_UN)
        yield


def written(attack: str, where: str, result: str = BROKEN) -> str:
    """The program that returns `result`, with `attack` in it. Where the attack defines `answer(values)`,
    that is what the function returns.

    where: "import", "call", or "once", which is the first import alone
    """
    attack = textwrap.dedent(attack).strip()
    if where == "once":
        attack = (
            f"if not hasattr(sys, 'attacked'):\n    sys.attacked = True\n{textwrap.indent(attack, '    ')}"
        )
    if where != "call":
        before = f"{PRELUDE}\n{attack}\n"
        result = f"globals().get('answer', lambda values: {result})(values)"
    else:
        body = textwrap.indent(attack, "    ")
        before = f"{PRELUDE}\ndef act(values):\n{body}\n    return locals().get('answer')\n"
        result = f"(act(values) or (lambda values: {result}))(values)"
    return program(result).replace("import torch\n", f"import torch\n{before}\n", 1)


@pytest.fixture
def attack(arena, afterwards):
    """Run an attack and return the verdict on it."""

    def run(code, where="import", seconds=5.0, memory=1 << 30, result=BROKEN, network=False):
        return arena.check(written(code, where, result), seconds, memory, network=network)

    return run


@pytest.fixture
def afterwards(arena, request, tmp_path_factory):
    """Everything must be as it was before."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    with turn(folder, "alone" in request.fixturenames):
        # The limits of a process can't be raised again: that worker has to go.
        limited = "lowers the limits of the worker" in request.node.name
        yield from looked_after(arena, limited=limited)


def looked_after(arena, *, limited):
    before, worker = arena.files(), arena.judge.worker.process
    folders = set(arena.scratch.iterdir())
    yield
    after = arena.check(program(RIGHT))
    assert after.verdict == "solved", f"an honest program suffers: {after.message} {after.first_failed}"
    assert (arena.judge.worker.process is worker) != limited, "the worker had to be started anew"
    assert arena.canary.poll() is None, "it reached a process outside"
    assert limited or in_time(lambda: set(arena.scratch.iterdir()) <= folders, 10), list(
        arena.scratch.iterdir()
    )
    assert arena.files() == before
    assert in_time(lambda: len(folders_of_pytest(arena.lodging)) <= 1), "they pile up"
    # The worker and the child that waits for the next check.
    assert in_time(lambda: len(arena.crowd()) <= 2, 20), arena.crowd()


def places(names, where=("import", "call")):
    """Every other attack happens while the program is imported, and the others in the call."""
    return list(zip(names, itertools.cycle(where)))


def folders_of_pytest(root):
    """By a walk that bears it when folders go while one looks."""
    names = [name for _, folders, _ in os.walk(root) for name in folders]
    return [name for name in names if re.fullmatch(r"pytest-\d+", name)]


def in_time(holds, seconds=3):
    for _ in range(100 * seconds):
        if holds():
            return True
        time.sleep(0.01)
    return False


def fenced(version: int = 1):
    """A mark for what is kept off by Landlock alone, since that version of it."""
    there = fence._version()
    lacking = there < version or (version >= fence.SCOPES_SINCE and not fence._scopes(there))
    return pytest.mark.skipif(lacking, reason=f"the kernel's Landlock is {there}; this needs {version}")


@pytest.fixture
def signals_arrive():
    """Under `nohup`, or in the background of a script, what we start would ignore these."""
    if not hasattr(signal, "SIGHUP"):
        yield
        return
    before = {signal.SIGHUP: signal.SIG_DFL, signal.SIGINT: signal.default_int_handler}
    before = {number: signal.signal(number, handler) for number, handler in before.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
