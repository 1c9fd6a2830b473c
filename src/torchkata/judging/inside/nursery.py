"""The warm parent's children: forked ahead of need, given one job each, killed, reaped, swept. Linux."""

from __future__ import annotations

import os
import resource
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from torchkata.judging.inside.child import Child, Work, wait_for_job
from torchkata.system.fence import PR_SET_CHILD_SUBREAPER, prctl
from torchkata.system.usage import descendants

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
            if self.ahead and not self.children:
                self.get_ready()
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
                else:
                    self.attend(key.data, key.fileobj)
                    if _limits() != self.limits and not self.children:
                        self.end()
                        return

    def get_ready(self) -> None:
        """For the next job, while nobody waits for it."""
        if self.waiting is None:
            self.waiting = self.fork(rehearse=self.latest)

    def attend(self, child: Child, source: object) -> None:
        # One that ends in the moment in which it is to be killed is due twice, and buried once.
        if child in self.children and child.attend(source):
            self.bury(child)

    def fork(self, rehearse: bytes | None = None) -> Child:
        """A child that waits for its job.

        rehearse: an earlier request, whose kata the next one is likely to be about; a child that
                  is forked ahead has the time to try its tools on it
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pid = os.fork()
        if pid == 0:
            try:
                wait_for_job(theirs, lambda wanted: self.prepare(rehearse, wanted))
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
        sweep({other.pid for other in self.living()})
        child.tell(str(status).encode())

    def living(self) -> Iterator[Child]:
        yield from self.children
        if self.waiting is not None:
            yield self.waiting

    def end(self) -> None:
        for child in self.children:
            child.kill()
        if self.waiting is not None:
            self.waiting.dismiss()
        sweep(set())


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
