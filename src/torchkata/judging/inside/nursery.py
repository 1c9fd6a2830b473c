"""The warm parent's children: forked ahead of need, given one job each, killed, reaped, swept. Linux."""

from __future__ import annotations

import os
import resource
import select
import selectors
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from torchkata.judging.worker import TIME
from torchkata.system.fence import PR_SET_CHILD_SUBREAPER, PR_SET_PDEATHSIG, prctl
from torchkata.system.usage import descendants, processor_seconds

# What a child does with its job: the request's bytes and the pipe for its reports. It does not return.
Work = Callable[[bytes, int], NoReturn]
# What a child does while nobody waits for it, before it has a job; given an earlier request, or none, and
# whom to ask whether the job is there.
Prepare = Callable[[bytes | None, Callable[[], bool]], Work]


# What the parent says to a question, which comes with one pipe for the answer.
Answer = Callable[[bytes], bytes]


class Nursery:
    """Keeps one child waiting, so that a request need not wait for the fork.

    ahead: whether a child is forked before there is work for it; who has many programs at hand waits
           for none of them, and a child that is forked and rehearses ahead is then wasted
    """

    def __init__(
        self, requests: socket.socket, prepare: Prepare, answer: Answer, *, ahead: bool = True
    ) -> None:
        self.requests, self.prepare, self.answer, self.ahead = requests, prepare, answer, ahead
        self.selector = selectors.DefaultSelector()
        self.selector.register(requests, selectors.EVENT_READ)
        self.children: set[Child] = set()
        self.waiting: Child | None = None
        self.latest: bytes | None = None
        self.limits = _limits()
        # Whoever leaves a check's process group becomes our child when its parent dies, and is found.
        prctl(PR_SET_CHILD_SUBREAPER, 1)

    def serve(self) -> None:
        """Give each request to a child, until the judge hangs up or dies, which is the same from here;
        or until a program has lowered this process's limits, which every child would inherit.

        (A signal at its death would leave no time to sweep, and comes when but a thread of it ends.)
        """
        while True:
            if self.ahead and self.waiting is None and not self.children:
                self.waiting = self.fork(rehearse=self.latest)
            for key, _ in self.selector.select():
                if key.fileobj is self.requests:
                    message, fds, _, _ = socket.recv_fds(self.requests, 1 << 20, 3)
                    if not message:
                        self.end()
                        return
                    if len(fds) == 1:
                        self.say(message, *fds)
                    else:
                        self.employ(message, *fds)
                # One that ends in the moment in which it is to be killed is due twice, and buried once.
                elif key.data in self.children and key.data.attend(key.fileobj):
                    self.bury(key.data)
                    if _limits() != self.limits and not self.children:
                        self.end()
                        return

    def fork(self, rehearse: bytes | None = None) -> Child:
        """A child that waits for its job.

        rehearse: an earlier request, whose kata the next one is likely to be about; a child that
                  is forked ahead has the time to try its tools on it
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pid = os.fork()
        if pid == 0:
            try:
                _wait_for_job(theirs, lambda wanted: self.prepare(rehearse, wanted))
            finally:
                os._exit(70)  # the work leaves by itself; whoever gets here was thrown out of it
        theirs.close()
        return Child(pid, ours)

    def say(self, question: bytes, pipe: int) -> None:
        """Answer, with nobody waiting: who was forked before has not learnt what the answer took."""
        if self.waiting is not None:
            self.waiting.dismiss()
            self.waiting.reap()
            self.waiting = None
        with suppress(OSError), os.fdopen(pipe, "wb") as stream:  # the judge did not wait for it
            stream.write(self.answer(question))

    def employ(self, request: bytes, report: int, output: int, control: int) -> None:
        """Hand the job to the waiting child, or to a new one where that was killed meanwhile."""
        child = self.waiting or self.fork()
        self.waiting, self.latest = None, request
        if not child.give(request, report, output):
            child.reap()
            child = self.fork()
            child.give(request, report, output)
        os.close(report)
        os.close(output)
        child.watch(self.selector, socket.socket(fileno=control))
        self.children.add(child)

    def bury(self, child: Child) -> None:
        child.kill()  # not yet reaped, so the number of its group is still its own
        # Before its pidfd is closed: a child forked meanwhile may still hold a copy of that, and then
        # the kernel goes on reporting it, under a number that belongs to another child by now.
        child.forget(self.selector)
        status = child.reap()
        self.children.discard(child)
        known = {other.pid for other in self.children} | ({self.waiting.pid} if self.waiting else set())
        sweep(known)
        child.tell(str(status).encode())

    def end(self) -> None:
        for child in self.children:
            child.kill()
        if self.waiting is not None:
            self.waiting.dismiss()
        sweep(set())


class Child:
    """One process: waiting, then running a check, then gone."""

    def __init__(self, pid: int, line: socket.socket) -> None:
        self.pid, self.line = pid, line
        self.pidfd = os.pidfd_open(pid)
        self.control: socket.socket | None = None

    def give(self, request: bytes, report: int, output: int) -> bool:
        """Whether the child was there to take the job."""
        try:
            socket.send_fds(self.line, [request], [report, output])
        except OSError:
            return False
        finally:
            self.line.close()
        return True

    def watch(self, selector: selectors.BaseSelector, control: socket.socket) -> None:
        self.control = control
        selector.register(self.pidfd, selectors.EVENT_READ, self)
        selector.register(control, selectors.EVENT_READ, self)

    def attend(self, source: object) -> bool:
        """Obey the judge, who asks for the time, writes "kill" or hangs up; True once the child is to go."""
        if source is not self.control:
            return True
        assert self.control is not None
        said = b""
        with suppress(OSError):
            said = self.control.recv(16)
        if said == TIME:
            self._answer(f"{TIME.decode()}{processor_seconds(self.pid)}".encode())
            return False
        self.kill()
        return True

    def _answer(self, words: bytes) -> None:
        assert self.control is not None
        with suppress(OSError):  # the judge did not wait for the answer
            self.control.send(words)

    def kill(self) -> None:
        """The child and everything in its group."""
        with suppress(ProcessLookupError, PermissionError):  # it may not have made its group yet
            os.killpg(self.pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def dismiss(self) -> None:
        """One without a job goes by itself, and tidies up first where it was rehearsing."""
        self.line.close()
        select.select([self.pidfd], [], [], 1.0)
        self.kill()

    def reap(self) -> int:
        """Wait for its end, which must be near; its exit code, negative for a signal."""
        try:
            return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        except ChildProcessError:
            return 0
        finally:
            os.close(self.pidfd)

    def forget(self, selector: selectors.BaseSelector) -> None:
        selector.unregister(self.pidfd)
        if self.control is not None:
            selector.unregister(self.control)

    def tell(self, end: bytes) -> None:
        if self.control is not None:
            self._answer(end)
            self.control.close()


def _wait_for_job(line: socket.socket, prepare: Callable[[Callable[[], bool]], Work]) -> NoReturn:
    """In the child: a group of its own, nothing of the parent's open, then the first message is the job."""
    os.setsid()
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    _connect((os.open(os.devnull, os.O_RDWR), 0, 1, 2))
    # Through the parent's sockets, or its list of what to wait for, a program could speak in its name.
    _close_all_but(line.fileno())
    work = prepare(lambda: bool(select.select([line], [], [], 0)[0]))
    request, fds, _, _ = socket.recv_fds(line, 1 << 20, 2)
    if not request:
        os._exit(0)
    line.close()
    report, output = fds
    _connect((output, 1, 2))
    work(request, report)


def _connect(source_and_targets: tuple[int, ...]) -> None:
    source, *targets = source_and_targets
    for target in targets:
        os.dup2(source, target)
    os.close(source)


def _close_all_but(kept: int) -> None:
    """What is open beyond the standard streams. Not by way of /proc/self/fd, which an ordinary user
    cannot list here: the parent is not dumpable."""
    most = min(os.sysconf("SC_OPEN_MAX"), 1 << 16)  # containers allow a billion, and ours are a dozen
    os.closerange(3, kept)
    os.closerange(kept + 1, most)


def _limits() -> list[tuple[int, int]]:
    names = sorted(name for name in dir(resource) if name.startswith("RLIMIT_"))
    return [resource.getrlimit(getattr(resource, name)) for name in names]


def sweep(known: set[int]) -> None:
    """End every process below this one that is neither in `known` nor below one that is.

    All are stopped before any is killed: a program that forks as fast as we kill would win otherwise.
    """
    for attempt in range(50):
        strays = list(descendants(os.getpid(), frozenset(known)))
        if not strays:
            return
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in strays:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
        for pid in strays:
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        time.sleep(attempt / 1000)  # to die takes a moment, and what is below comes to us only then
