"""Children that serve many jobs each, where every process would make a context of its own first. Linux.

A child says on its line that it has begun with a job, and before its last report whether it is fit for
another one, which `kept` decides. One that doesn't say so ends as every other child does. A program could
speak on that line in the child's name: it shares the process, and fools whoever runs the next one there.
"""

from __future__ import annotations

import json
import os
import select
import selectors
import socket
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from torchkata.judging.inside.child import Child, by_itself, connect
from torchkata.judging.inside.nursery import Answer, Nursery, Prepare, sweep
from torchkata.judging.worker import COUNT, TIME
from torchkata.system import scratch
from torchkata.system.usage import processor_seconds

BEGUN, FIT, UNFIT = b"begun", b"fit", b"unfit "

# What a kept child does with a job: the request's bytes, the pipe for its reports, and how to tell whether
# it is fit for another one. It returns only if it is.
Serve = Callable[[bytes, int, Callable[[bytes], None]], None]
# What it does before its first job, in a folder of its own.
Settle = Callable[[Path], Serve]


class KeptChild(Child):
    """One process that runs one check after the other."""

    def __init__(self, pid: int, line: socket.socket, folder: Path) -> None:
        super().__init__(pid, line)
        self.folder = folder
        self.before: float | None = None  # its processor time when its job began; None until then
        self.fit = self.resting = self.outdated = False
        self.why = ""

    def give(self, request: bytes, report: int, output: int) -> bool:
        self.before, self.fit, self.resting = None, False, False
        try:
            socket.send_fds(self.line, [request], [report, output])
        except OSError:
            return False
        return True

    def watch(self, selector: selectors.BaseSelector, control: socket.socket) -> None:
        self.control = control
        selector.register(control, selectors.EVENT_READ, self)

    def hear(self) -> bool:
        """Take in what it has said by now; False once nothing more can come."""
        while select.select([self.line], [], [], 0)[0]:
            said = b""
            with suppress(OSError):
                said = self.line.recv(1 << 12)
            if not said:
                return False
            if said == BEGUN:
                self.before = processor_seconds(self.pid)
            self.fit = said == FIT
            if said.startswith(UNFIT):
                self.why = said.removeprefix(UNFIT).decode(errors="replace")
        return True

    def attend(self, source: object) -> bool:
        """As for every child, but that a judge who hangs up on one that is fit has heard its last report."""
        if source is not self.control:
            return True
        assert self.control is not None
        said = b""
        with suppress(OSError):
            said = self.control.recv(16)
        if said == TIME:
            self.hear()
            used = 0.0 if self.before is None else (processor_seconds(self.pid) or 0.0) - self.before
            self._answer(f"{TIME.decode()}{used}".encode())
            return False
        self.hear()
        self.resting = not said and self.fit and not self.outdated
        if not self.resting:
            self.kill()
        return True

    def forget(self, selector: selectors.BaseSelector) -> None:
        super().forget(selector)
        if self.line in selector.get_map():
            selector.unregister(self.line)
        self.line.close()


class KeepingNursery(Nursery):
    """Gives each job to a child that is fit for it, and makes one only where there is none."""

    def __init__(
        self,
        requests: socket.socket,
        prepare: Prepare,
        answer: Answer,
        *,
        settle: Settle,
        home: Path,
        ahead: bool = True,
    ) -> None:
        super().__init__(requests, prepare, answer, ahead=ahead)
        self.settle, self.home = settle, home
        self.idle: list[KeptChild] = []
        self.made = self.served = 0
        self.replaced: Counter[str] = Counter()

    def get_ready(self) -> None:
        if not self.idle:
            self.idle.append(self.fork_kept())

    def fork_kept(self) -> KeptChild:
        folder = Path(tempfile.mkdtemp(dir=self.home, prefix="kept-"))
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pid = os.fork()
        if pid == 0:
            try:
                _serve_jobs(theirs, lambda: self.settle(folder))
            finally:
                os._exit(70)
        theirs.close()
        self.made += 1
        child = KeptChild(pid, ours, folder)
        self.selector.register(child.pidfd, selectors.EVENT_READ, child)
        self.selector.register(child.line, selectors.EVENT_READ, child)
        return child

    def employ(self, request: bytes, report: int, output: int, control: int) -> None:
        job = json.loads(request)
        self.served += 1
        if job["each"] or job["alone"]:  # it forks, or needs the network: what no fence that is closed gives
            self.made += 1
            super().employ(request, report, output, control)
            return
        # Who has hung up may be heard of only after this request, for both have come by now.
        for child in [child for child in self.children if isinstance(child, KeptChild)]:
            if child.control is not None and select.select([child.control], [], [], 0)[0]:
                self.attend(child, child.control)
        child = self._give(request, Path(job["scratch"]), report, output)
        os.close(report)
        os.close(output)
        child.watch(self.selector, socket.socket(fileno=control))
        self.children.add(child)

    def _give(self, request: bytes, there: Path, report: int, output: int) -> KeptChild:
        while self.idle:
            child = self.idle.pop()
            if _move_in(there, child.folder):
                if child.give(request, report, output):
                    return child
                _move_out(there, child.folder)
            self.bury(child)
        child = self.fork_kept()
        _move_in(there, child.folder)  # else the judge has given up, or the disk is full: the check says so
        child.give(request, report, output)
        return child

    def attend(self, child: Child, source: object) -> None:
        if not isinstance(child, KeptChild):
            super().attend(child, source)
        elif child not in self.children and child not in self.idle:
            return  # buried a moment ago
        elif source is child.line:
            if not child.hear():
                self.selector.unregister(child.line)
        elif child in self.children:
            super().attend(child, source)
        elif source == child.pidfd:
            self.bury(child)

    def bury(self, child: Child) -> None:
        if isinstance(child, KeptChild) and child.resting:
            self._rest(child)
            return
        if not isinstance(child, KeptChild):
            super().bury(child)
            return
        child.hear()
        self.idle = [other for other in self.idle if other is not child]
        super().bury(child)
        if not child.outdated:
            self.replaced[child.why or "it ended"] += 1
        scratch.remove(child.folder)

    def _rest(self, child: KeptChild) -> None:
        assert child.control is not None
        self.selector.unregister(child.control)
        child.control.close()
        child.control = None
        self.children.discard(child)
        self.idle.append(child)
        sweep({other.pid for other in self.living()})

    def say(self, question: bytes, pipe: int) -> None:
        if question == COUNT:
            counts = {"made": self.made, "served": self.served, "replaced": dict(self.replaced)}
            with suppress(OSError), os.fdopen(pipe, "wb") as stream:
                stream.write(json.dumps(counts).encode())
            return
        # What is collected now, no child knows that was forked before.
        for child in self.living():
            if isinstance(child, KeptChild):
                child.outdated, child.resting = True, False
        for idle in self.idle:
            self.bury(idle)
        super().say(question, pipe)

    def living(self) -> Iterator[Child]:
        yield from super().living()
        yield from self.idle

    def end(self) -> None:
        for idle in self.idle:
            idle.kill()
        super().end()
        for child in self.living():
            if isinstance(child, KeptChild):
                scratch.remove(child.folder)


def _move_in(there: Path, folder: Path) -> bool:
    """A child's fence is closed around its folder for good, so the folder of a check moves in there. What it
    is called stays the same."""
    inside = folder / there.name
    try:
        there.rename(inside)
        there.symlink_to(inside)
    except OSError:
        return False
    return True


def _move_out(there: Path, folder: Path) -> None:
    with suppress(OSError):
        there.unlink()
        (folder / there.name).rename(there)


def _serve_jobs(line: socket.socket, settle: Callable[[], Serve]) -> NoReturn:
    """In the child: one job after the other, until the parent hangs up or it isn't fit any more."""
    by_itself(line)
    serve = settle()
    while True:
        request, fds, _, _ = socket.recv_fds(line, 1 << 20, 2)
        if not request:
            os._exit(0)
        line.send(BEGUN)
        report, output = fds
        connect((output, 1, 2))
        serve(request, report, line.sendall)
        os.close(report)
