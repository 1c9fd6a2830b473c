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
from typing import Any, NoReturn

import torch
import torch._dynamo  # the first DistributedDataParallel imports it, for seconds: not in every rank
import torch.distributed as dist

from torchkata.system.fence import PR_SET_PDEATHSIG, prctl
from torchkata.system.usage import processor_seconds

SECONDS = 4.0  # for all ranks together: less than half of what a check has, and many times what they need
PATIENCE = 5  # times that, while a busy machine gives the ranks little to compute with
GATHER = 0.05  # seconds in which a rank's end, which made another one fail, becomes known
Function = Callable[[int], Any]  # what a rank does


class RankError(RuntimeError):
    """A rank failed, ended or did not end; the message says which one, and with what."""


def run(function: Function, count: int = 2, *, seconds: float = SECONDS) -> list[Any]:
    """Call `function(rank)` in `count` forked processes that form a group; what each returned, by rank.

    function: returns plain data (None, numbers, strings, lists, dicts), which comes back as JSON carries
              it: tuples become lists. It may be a closure; what it changes stays in its own process.
    seconds:  in which all ranks must have a result. While one of them computes, they get this again, five
              times in all: a busy machine is no fault of theirs, and who waits in a collective computes
              nothing. Those that still run are killed.
    No rank outlives this call: all are killed and reaped, with the processes that they started.
    Call it from a process that has one thread (`torch.set_num_threads(1)` before any operation).
    Raises `RankError` when a rank raises, leaves without a result, returns anything else or is too slow;
    `RuntimeError` when this process has used CUDA, which does not survive a fork.
    """
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        raise RuntimeError("this process has used CUDA, so that it cannot fork ranks")
    _flush()  # or each rank would print it again
    pids: list[int] = []
    with tempfile.TemporaryDirectory(prefix="ranks-") as folder, selectors.DefaultSelector() as lines:
        try:
            for rank in range(count):
                line, end = os.pipe()
                with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
                    pid = os.fork()  # Python 3.12 warns of threads beside this one; a rank uses none
                if pid == 0:
                    try:
                        _be(rank, count, function, f"{folder}/store", end, seconds)
                    finally:
                        os._exit(70)  # whatever happens: the caller's code is not run twice
                pids.append(pid)
                os.close(end)
                lines.register(line, selectors.EVENT_READ, rank)
            return _collected(lines, pids, seconds)
        finally:
            _end(pids)
            for key in list(lines.get_map().values()):
                os.close(key.fd)


def _collected(lines: selectors.BaseSelector, pids: list[int], seconds: float) -> list[Any]:
    """What the ranks say, until each has returned or one has failed."""
    said = {rank: bytearray() for rank in range(len(pids))}
    waiting, ended = set(said), set[int]()
    deadlines = [time.monotonic() + seconds * (1 + times) for times in range(PATIENCE)]
    computed = _computed(pids)
    failed: str | None = None
    while waiting and not ended:
        rest = deadlines[0] - time.monotonic() if failed is None else GATHER
        events = lines.select(max(0.0, rest))
        if not events:
            before, computed = computed, _computed(pids)
            del deadlines[0]
            if failed is not None or not deadlines or computed - before < 0.05:
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
    if ended:  # which makes the others fail a moment later, or even sooner in our eyes
        raise RankError(f"rank {min(ended)} ended without a result")
    if failed is not None:
        raise RankError(failed)
    if names := " and ".join(f"rank {rank}" for rank in sorted(waiting)):
        raise RankError(f"{names} had no result after {seconds:g} s; a collective waits for every rank")
    return [json.loads(said[rank])["result"] for rank in said]


def _computed(pids: list[int]) -> float:
    """Seconds of processor time of all ranks so far; 0 where the system doesn't tell."""
    return sum(processor_seconds(pid) or 0.0 for pid in pids)


def _be(rank: int, count: int, function: Function, store: str, line: int, seconds: float) -> None:
    """In the child: join the group, call the function, say what came of it, and wait to be killed."""
    os.setpgid(0, 0)
    if sys.platform == "linux":
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    try:
        torch.set_num_threads(1)
        os.environ["GLOO_SOCKET_IFNAME"] = "lo0" if sys.platform == "darwin" else "lo"  # asks no resolver
        meeting = dist.FileStore(store, count)  # type: ignore[attr-defined]
        patience = timedelta(seconds=seconds + 60)  # who waits in vain is named by the parent
        dist.init_process_group("gloo", rank=rank, world_size=count, store=meeting, timeout=patience)
        text = json.dumps({"result": function(rank), "failure": ""}, default=_refuse)
    except BaseException as problem:
        text = json.dumps({"failure": _told(problem)})
    _flush()
    left = text.encode() + b"\n"
    while left:
        left = left[os.write(line, left) :]
    signal.pause()  # leaving first would break the others' connections, and closing them may hang


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):  # closed or replaced by the program: its output, its loss
            stream.flush()


def _refuse(value: object) -> NoReturn:
    raise TypeError(f"a rank returns plain data, such as tensor.tolist(), and no {type(value).__name__}")


def _told(problem: BaseException) -> str:
    """An exception in one line, with the last place that is neither in Python's library nor in a package."""
    not_own = *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")), __file__, "<"
    own = [f for f in traceback.extract_tb(problem.__traceback__) if not f.filename.startswith(not_own)]
    place = f" ({os.path.basename(own[-1].filename)}, line {own[-1].lineno})" if own else ""
    return f"{type(problem).__name__}: {problem}{place}"


def _end(pids: list[int]) -> None:
    """Kill the ranks, with what they have started, and reap them; at once, for each takes its time."""
    for pid in pids:
        for kill in (os.killpg, os.kill):  # it may not have made its group yet
            with suppress(ProcessLookupError, PermissionError):
                kill(pid, signal.SIGKILL)
    for pid in pids:
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)
