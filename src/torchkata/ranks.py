"""Run a function in several ranks on this machine: forked processes that meet in a gloo group on the CPU."""

from __future__ import annotations

import json
import os
import selectors
import signal
import sys
import sysconfig
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import torch

# The first DistributedDataParallel of a process imports it, which takes seconds: not in every rank.
import torch._dynamo
import torch.distributed as dist

from torchkata.isolation import PR_SET_PDEATHSIG, prctl

SECONDS = 4.0  # for all ranks together: less than half of what a check has, and many times what they need
GATHER = 0.05  # seconds in which a rank's end, which made another one fail, becomes known


class RankError(RuntimeError):
    """A rank failed, ended or did not end; the message says which one, and with what."""


def run(function: Callable[[int], Any], count: int = 2, *, seconds: float = SECONDS) -> list[Any]:
    """Call `function(rank)` in `count` forked processes that form a group; what each returned, by rank.

    function: returns plain data (None, numbers, strings, lists, dicts), which comes back as JSON carries
              it: tuples become lists. It may be a closure; what it changes stays in its own process.
    seconds:  after which ranks that still run are killed
    No rank outlives this call: all are killed and reaped, with the processes that they started.
    Call it from a process that has one thread (`torch.set_num_threads(1)` before any operation).
    Raises `RankError` when a rank raises, leaves without a result, returns anything else or is too slow;
    `RuntimeError` when this process has used CUDA, which does not survive a fork.
    """
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        raise RuntimeError("this process has used CUDA, so that it cannot fork ranks")
    for stream in (sys.stdout, sys.stderr):
        stream.flush()  # or each rank would print it again
    pids: list[int] = []
    with (
        tempfile.TemporaryDirectory(prefix="torchkata-ranks-") as folder,
        selectors.DefaultSelector() as lines,
    ):
        try:
            for rank in range(count):
                line, end = os.pipe()
                with warnings.catch_warnings():
                    # Python warns of threads beside the one that forks; a rank uses none of them.
                    warnings.simplefilter("ignore", DeprecationWarning)
                    pid = os.fork()
                if pid == 0:
                    try:
                        _be(rank, count, function, Path(folder, "store"), end, seconds)
                    finally:
                        os._exit(70)  # whatever happens: the caller's code is not run twice
                pids.append(pid)
                os.close(end)
                lines.register(line, selectors.EVENT_READ, rank)
            return _collected(lines, count, seconds)
        finally:
            for key in list(lines.get_map().values()):
                os.close(key.fd)
            for pid in pids:
                _end(pid)


def _collected(lines: selectors.BaseSelector, count: int, seconds: float) -> list[Any]:
    """What the ranks say, until each has returned or one has failed."""
    said = {rank: bytearray() for rank in range(count)}
    waiting, ended = set(said), set[int]()
    deadline = time.monotonic() + seconds
    failed: str | None = None
    while waiting and not ended:
        rest = deadline - time.monotonic() if failed is None else GATHER
        events = lines.select(max(0.0, rest))
        if not events:
            break
        for key, _ in events:
            chunk = os.read(key.fd, 1 << 16)
            said[key.data] += chunk
            if not chunk:
                lines.unregister(key.fd)
                os.close(key.fd)
                ended |= {key.data} & waiting
            elif said[key.data].endswith(b"\n"):
                waiting.discard(key.data)
                failure = json.loads(said[key.data])["failure"]
                if failure and failed is None:
                    failed = f"rank {key.data} failed: {failure}"
    # A rank that is gone makes the others fail, a moment later.
    if ended:
        failed = f"rank {min(ended)} ended without a result"
    if failed is None and waiting:
        names = " and ".join(f"rank {rank}" for rank in sorted(waiting))
        failed = f"{names} had no result after {seconds:g} s; a collective waits until every rank calls it"
    if failed is not None:
        raise RankError(failed)
    return [json.loads(said[rank])["result"] for rank in range(count)]


def _be(
    rank: int, count: int, function: Callable[[int], Any], store: Path, line: int, seconds: float
) -> NoReturn:
    """In the child: join the group, call the function, say what came of it, and wait to be killed."""
    os.setpgid(0, 0)
    if sys.platform == "linux":
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    try:
        torch.set_num_threads(1)
        os.environ["GLOO_SOCKET_IFNAME"] = "lo0" if sys.platform == "darwin" else "lo"  # asks no resolver
        meeting = dist.FileStore(str(store), count)
        # Longer than the ranks have: who waits in vain is named by the one message about that.
        patience = timedelta(seconds=seconds + 60)
        dist.init_process_group("gloo", rank=rank, world_size=count, store=meeting, timeout=patience)
        text = json.dumps({"result": function(rank), "failure": ""}, default=_refuse)
    except BaseException as problem:
        text = json.dumps({"failure": _told(problem)})
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    left = text.encode() + b"\n"
    while left:
        left = left[os.write(line, left) :]
    while True:  # leaving first would break the connections of the others, and closing them may hang
        signal.pause()


def _refuse(value: object) -> NoReturn:
    raise TypeError(f"a rank returns plain data, such as tensor.tolist(), and no {type(value).__name__}")


def _told(problem: BaseException) -> str:
    """An exception in one line, with the last place that is neither in Python's library nor in a package."""
    libraries = tuple(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib"))
    frames = traceback.extract_tb(problem.__traceback__)
    own = [f for f in frames if f.filename != __file__ and not f.filename.startswith((*libraries, "<"))]
    place = f" ({Path(own[-1].filename).name}, line {own[-1].lineno})" if own else ""
    return f"{type(problem).__name__}: {problem}{place}"


def _end(pid: int) -> None:
    """Kill a rank and what it started, and reap it."""
    for kill in (os.killpg, os.kill):  # it may not have made its group yet
        with suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)
