"""The fast road: a warm parent process that forks one child for each check. Linux only."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from torchkata.collection.layout import Kata, Tree
from torchkata.judging.listening import listen
from torchkata.judging.worker import (
    COUNT,
    START_TIMEOUT,
    Cancel,
    Collected,
    Counted,
    Job,
    Ready,
    Run,
    WorkerError,
    as_argument,
    command,
    environment,
    refused,
)


class ForkWorker:
    """One warm parent; each check is a child forked from it, or runs in one that is kept for several. Checks
    may run in parallel threads."""

    def __init__(
        self,
        tree: Tree,
        katas: list[Kata],
        device: str,
        home: Path,
        *,
        ahead: bool = True,
        kept: bool = False,
        hidden: Sequence[Path] = (),
    ) -> None:
        self.tree, self.katas, self.device, self.home, self.ahead = tree, katas, device, home, ahead
        self.kept, self.hidden = kept, hidden
        self._waiting = threading.Lock()  # the one answer of the parent goes to one thread
        self._restarting = threading.Lock()
        self._start()

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        mode = ("--serve" if self.ahead else "--serve-many") + ("-kept" if self.kept else "")
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        with theirs:
            self.process = subprocess.Popen(
                command(
                    self.tree,
                    [],
                    self.device,
                    mode,
                    str(theirs.fileno()),
                    as_argument(self.home, self.hidden),
                ),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self.errors,
                stderr=self.errors,
                env=environment(),
                cwd=self.tree.root,
                start_new_session=True,  # what a terminal says to all is for the judge, from the first moment
            )
        self.socket = ours
        self._ready: Ready | None = None
        self._collected: dict[str, Collected] = {}

    @property
    def is_ready(self) -> bool:
        return self._ready is not None

    @property
    def ready(self) -> Ready:
        """Waits until the parent is warm. Raises `WorkerError` with what it said if it died, and
        `DeviceError` if this machine lacks the device."""
        with self._waiting:
            if self._ready is None:
                if self.process.returncode is not None:  # it was refused before; by now it may succeed
                    self.close()
                    self._start()
                self.socket.settimeout(START_TIMEOUT)
                try:
                    answer = self.socket.recv(4096)
                except TimeoutError:
                    answer = b""
                if not answer:
                    self.process.kill()
                    self.process.wait()
                    self.errors.seek(0)
                    raise refused(self.process.returncode, self.errors.read())
                self._ready = Ready(**json.loads(answer))
                self.socket.settimeout(None)
            return self._ready

    def collected(self, kata: Kata) -> Collected:
        """The tests of a kata, which the parent collects when it is first asked: a session is about few
        katas, however many there are."""
        # A parent leaves when somebody has changed its limits, and this may be the first that we hear of it.
        found = self._collect(kata) or self._collect(kata)
        if found is None:
            raise WorkerError(f"the checking process ended while it collected {kata.test}")
        return found

    def _collect(self, kata: Kata) -> Collected | None:
        """None where the parent ended over it; another one has then taken its place."""
        _ = self.ready
        known, parent = self._collected, self.process
        if kata.id not in known:
            said = self._asked(json.dumps({"collect": kata.id}).encode())
            if not said:
                self._restart(parent)
                return None
            known[kata.id] = Collected.from_message(json.loads(said))
        return known[kata.id]

    def _asked(self, question: bytes) -> bytes:
        """What the parent says; nothing where it doesn't."""
        answer, answer_end = os.pipe()
        with os.fdopen(answer, "rb", buffering=0):
            with suppress(OSError):
                socket.send_fds(self.socket, [question], [answer_end])
            os.close(answer_end)
            return _read_all(answer, START_TIMEOUT)

    def counted(self) -> Counted | None:
        """What has become of the processes that are kept; None where none is, or nobody answers for them."""
        said = self._asked(COUNT) if self.kept else b""
        return Counted(**json.loads(said)) if said else None

    def run(self, job: Job, cancel: Cancel | None = None) -> Run:
        """Fork a child for `job` and listen to it until it ends or a limit ends it."""
        run = self._run(job, cancel)
        if run is None or (run.ended == "lost" and not run.reports):
            # The parent left before this check began, as one does whose limits somebody has changed.
            run = self._run(job, cancel)
        return Run(ended="lost") if run is None else run

    def _run(self, job: Job, cancel: Cancel | None) -> Run | None:
        """None where the parent could not take the job."""
        # Of one parent: another one, started meanwhile, has not collected these tests.
        parent, requests = self.process, self.socket
        self.collected(self.tree.kata(job.kata))
        report, report_end = os.pipe()
        output, output_end = os.pipe()
        control, control_end = socket.socketpair()
        try:
            request = json.dumps(asdict(job)).encode()
            socket.send_fds(requests, [request], [report_end, output_end, control_end.fileno()])
        except OSError:
            os.close(report)
            os.close(output)
            control.close()
            self._restart(parent)
            return None
        finally:
            os.close(report_end)
            os.close(output_end)
            control_end.close()
        with control, os.fdopen(report, "rb", buffering=0), os.fdopen(output, "rb", buffering=0):
            run = listen(report, output, control, job.limits.seconds, cancel)
        if run.status is None:
            self._restart(parent)
        return run

    def _restart(self, parent: subprocess.Popen[bytes]) -> None:
        """A program that ends or stops the parent costs one check, not the session."""
        with self._restarting:
            if self.process is parent:  # else the check beside this one has restarted it
                self.close()
                self._start()

    def close(self) -> None:
        self.socket.close()
        try:
            self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.errors.close()


def _read_all(pipe: int, seconds: float) -> bytes:
    """What comes until its writer closes it; nothing where that takes too long."""
    said, until = b"", time.monotonic() + seconds
    while select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
        chunk = os.read(pipe, 65536)
        if not chunk:
            return said
        said += chunk
    return b""
