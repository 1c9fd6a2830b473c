"""A child of the warm parent, as the parent sees it, and how its life begins on its own side. Linux."""

from __future__ import annotations

import os
import select
import selectors
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from torchkata.judging.worker import TIME
from torchkata.system.fence import PR_SET_PDEATHSIG, prctl
from torchkata.system.usage import processor_seconds

# What a child does with its job: the request's bytes and the pipe for its reports. It does not return.
Work = Callable[[bytes, int], NoReturn]


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


def wait_for_job(line: socket.socket, prepare: Callable[[Callable[[], bool]], Work]) -> NoReturn:
    """In the child: the first message is the job."""
    by_itself(line)
    work = prepare(lambda: bool(select.select([line], [], [], 0)[0]))
    request, fds, _, _ = socket.recv_fds(line, 1 << 20, 2)
    if not request:
        os._exit(0)
    line.close()
    report, output = fds
    connect((output, 1, 2))
    work(request, report)


def by_itself(line: socket.socket) -> None:
    """In the child: a group of its own, and nothing of the parent's open but `line`."""
    os.setsid()
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    connect((os.open(os.devnull, os.O_RDWR), 0, 1, 2))
    # Through the parent's sockets, or its list of what to wait for, a program could speak in its name.
    _close_all_but(line.fileno())


def connect(source_and_targets: tuple[int, ...]) -> None:
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
