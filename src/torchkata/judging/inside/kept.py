"""One check after the other in a process that keeps its device's context, as long as it stays what it was.

After each program the process looks at itself: what the program has left otherwise (a setting of torch, a
function, a thread, a file), what it has tampered with, whether the device still answers. Only if it finds
nothing does it say that it is fit for the next one. What the check itself moves, and random numbers, are put
back first.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from torchkata.judging.inside import run
from torchkata.judging.inside.child import connect
from torchkata.judging.inside.keeping import FIT, UNFIT
from torchkata.judging.inside.modes import limits, taken
from torchkata.judging.inside.names import Names
from torchkata.judging.inside.report import FORKED, Report
from torchkata.judging.inside.tamper import Fingerprint, changed
from torchkata.system import fence, scratch
from torchkata.system.policy import settle
from torchkata.testing.fixtures import JUDGED, LOADED, ONCE, KataFixtures
from torchkata.testing.restore import PYTEST_SAYS, generators

GROWN = 256 << 20  # bytes of memory that a process may have kept of all its programs
REASONS = 3  # that are told
# Bound before a program runs.
_exit, _getpid = os._exit, os.getpid


class Heard(Report):
    """What was reported of this program, besides."""

    def __init__(self, pipe: int) -> None:
        super().__init__(pipe)
        self.kinds: set[str] = set()

    def __call__(self, kind: str, **content: Any) -> None:
        self.kinds |= {kind, str(content.get("outcome", ""))}
        super().__call__(kind, **content)


class Kept:
    """The process, from its first context on; made in a child that no program has run in.

    items_of:  the tests of each kata
    untouched: the fingerprint that the parent took of them
    folder:    where all its checks happen: its fence is closed around that, once
    answers:   asks the device for something small, and waits for it
    """

    def __init__(
        self,
        items_of: dict[str, list[pytest.Item]],
        untouched: Fingerprint,
        folder: Path,
        around: fence.Fence,
        answers: Callable[[], bool],
    ) -> None:
        self.items_of, self.untouched, self.folder, self.answers = items_of, untouched, folder, answers
        self.items = [item for items in items_of.values() for item in items]
        answers()  # this makes the context
        around.close(folder)
        tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
        run.show_warnings()
        gc.collect()
        self.argv, self.stdout, self.environment = sys.argv, sys.stdout, dict(os.environ)
        self.owner = _getpid()
        self._put_back("")
        self.generators = list(generators())
        self.names, self.modes = Names(), taken()
        self.plugins = self._plugins()
        self.size, self.mode = _size(), os.stat(folder).st_mode
        gc.freeze()  # else each collection would look at all of these

    def serve(self, request: bytes, pipe: int, tell: Callable[[bytes], None]) -> None:
        """Run a job; returns if this process is fit for another one, else ends it."""
        job = json.loads(request)
        report = Heard(pipe)
        report("started")
        before = run.used()
        for put_back in self.generators:
            put_back()
        items = self.items_of.get(job["kata"], [])
        tampered = self._run(job, items, report)
        if _getpid() != self.owner:
            _exit(FORKED)  # a copy of the program that runs on
        reasons = ["it tampered"] if tampered else self._reasons(job, items, report, pipe)
        tell(UNFIT + "; ".join(reasons[:REASONS]).encode()[:2000] if reasons else FIT)
        report("end", tampered=tampered, used=round(run.used() - before, 3))
        if reasons:
            _exit(0)

    def _run(self, job: dict[str, Any], items: list[pytest.Item], report: Report) -> list[str]:
        run.enter(job, items)
        # To be raised again for the next program: what has been taken by then would count twice.
        fence.limit(run.memory_of(job), for_good=False)
        self.limits = limits()
        tampered = run.ran(job, items, report, self.untouched)
        run.flush()
        return tampered or []

    def _reasons(self, job: dict[str, Any], items: list[pytest.Item], report: Heard, pipe: int) -> list[str]:
        try:
            return list(self._unfit(job, items, report, pipe))
        except Exception as problem:  # of looking: the verdict on this program is another matter
            return [f"it can't be looked at ({type(problem).__name__})"]

    def _unfit(
        self, job: dict[str, Any], items: list[pytest.Item], report: Heard, pipe: int
    ) -> Iterator[str]:
        """Why no other program may run here; the first that are found, roughly the quickest first."""
        if "once" in report.kinds or (items and items[0].config.stash.get(ONCE, False)):
            yield "a program that can't be executed twice"
            return
        if "memory" in report.kinds:
            yield "it ran out of memory"
            return
        if found := changed(self.untouched, self.items):
            yield found[0]
            return
        connect((os.open(os.devnull, os.O_RDWR), 1, 2))
        self._put_back(job["scratch"])
        gc.collect()
        if not self.answers():
            yield "the device doesn't answer"
        now = taken()
        now["open files"].pop(pipe, None)
        yield from (_named(name, was, now[name]) for name, was in self.modes.items() if now[name] != was)
        if limits() != self.limits:
            yield "limits"
        yield from self.names.changed()
        if self._plugins() != self.plugins:
            yield "plugins of pytest"
        if _size() > self.size + GROWN:
            yield "memory that is kept"
        scratch.remove(self.folder / Path(job["scratch"]).name)
        if os.listdir(self.folder) or os.stat(self.folder).st_mode != self.mode:
            yield "files"

    def _put_back(self, there: str) -> None:
        """What the check itself has moved, for the program `there`."""
        os.chdir(self.folder)
        sys.argv, sys.stdout = self.argv, self.stdout
        for name in ("TMPDIR", "HOME", PYTEST_SAYS):
            os.environ.pop(name, None)
        os.environ |= {
            name: self.environment[name] for name in ("TMPDIR", "HOME") if name in self.environment
        }
        tempfile.tempdir = str(self.folder)
        run.show_warnings()
        for name in [name for name in sys.modules if name.partition(".")[0] == "submission"]:
            del sys.modules[name]
        if there in sys.path:
            sys.path.remove(there)
        for item in self.items[:1]:
            item.config._tmp_path_factory._basetemp = None  # type: ignore[attr-defined]
            item.config.stash[JUDGED] = Path()
            if LOADED in item.config.stash:
                del item.config.stash[LOADED]
            for plugin in item.config.pluginmanager.get_plugins():
                if isinstance(plugin, KataFixtures):
                    plugin.judged = None
        for module in {item.module for item in self.items if isinstance(item, pytest.Function)}:
            for value in vars(module).values():
                if hasattr(
                    value, "cache_clear"
                ):  # of a test's helper: it remembers another program's answers
                    value.cache_clear()

    def _plugins(self) -> list[int]:
        manager = self.items[0].config.pluginmanager if self.items else None
        return sorted(map(id, manager.get_plugins())) if manager else []


def _named(name: str, was: Any, now: Any) -> str:
    """A reading that is another one now, with which of its parts are where it has some that have names."""
    if not (isinstance(was, dict) and isinstance(now, dict)):
        return name
    parts = [str(key) for key in was.keys() | now.keys() if was.get(key) != now.get(key)]
    return f"{name} ({', '.join(sorted(parts))})"


def answers_on(device: str) -> Callable[[], bool]:
    """Something small to ask of a device. After a device-side assert it raises, whatever one asks.

    A backward as well: it starts autograd's threads, which stay.
    """

    def answers() -> bool:
        try:
            values = torch.arange(3.0, device=device).requires_grad_()
            (values @ values).backward()  # type: ignore[no-untyped-call]
            assert values.grad is not None
            right = values.grad.tolist() == [0.0, 2.0, 4.0]  # waits for the device
            settle()
        except Exception:
            return False
        return right

    return answers


def _size() -> int:
    """Resident bytes of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * resource.getpagesize()
