"""The fast road: a warm parent process that forks one child for each check. Linux only."""

from __future__ import annotations

import json
import os
import select
import selectors
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
from torchkata.judging import reports
from torchkata.judging.worker import (
    COUNT,
    OUTPUT_KEPT,
    OUTPUT_LIMIT,
    PATIENCE,
    START_TIMEOUT,
    TIME,
    Cancel,
    Collected,
    Counted,
    Job,
    Ready,
    Run,
    WorkerError,
    as_argument,
    by_the_clock,
    command,
    decoded,
    environment,
    refused,
)

ASK_EVERY = 0.2  # seconds at least between two questions for the processor time
ANSWER_TIMEOUT = 15.0  # seconds for ending a child with all that it has started


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
        """What has become of the processes that are kept; None where none is."""
        return Counted(**json.loads(self._asked(COUNT))) if self.kept else None

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
            run = _listen(report, output, control, job.limits.seconds, cancel)
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


def _seconds(answer: bytes) -> float:
    try:
        return float(answer.removeprefix(TIME))
    except ValueError:
        return 0.0


def _listen(
    report: int, output: int, control: socket.socket, seconds: float, cancel: Cancel | None = None
) -> Run:
    """Collect a child's words until the parent says that it is gone."""
    run = Run()
    begun = time.monotonic()
    deadline = begun + seconds
    said, printed = bytearray(), bytearray()
    total = 0
    asked = 0.0  # when the time was asked for, while no answer has come

    def stop(why: str) -> None:
        nonlocal deadline
        run.ended, deadline = why, time.monotonic() + ANSWER_TIMEOUT
        with suppress(OSError):  # the parent is gone already, and the child goes with it
            control.send(b"kill")

    with selectors.DefaultSelector() as selector:
        for source in (report, output, control):
            selector.register(source, selectors.EVENT_READ)
        if cancel is not None:
            selector.register(cancel, selectors.EVENT_READ)
        gone = False
        while not gone:
            for key, _ in selector.select(max(0.0, deadline - time.monotonic())):
                if key.fileobj is control:
                    answer = control.recv(64)
                    if answer.startswith(TIME):
                        # It was given the time of the clock; what counts is the time that it had.
                        asked = 0.0
                        used, waited = _seconds(answer), time.monotonic() - begun
                        if used >= seconds:
                            stop("timeout")
                        elif waited >= seconds * PATIENCE:
                            stop(by_the_clock(used, seconds))
                        else:
                            deadline = time.monotonic() + max(ASK_EVERY, seconds - used)
                        continue
                    gone = True
                    run.status = int(answer) if answer else None
                    if not answer:
                        run.ended = run.ended or "lost"
                    continue
                if key.fileobj is cancel:
                    selector.unregister(key.fd)
                    stop("cancelled")
                    continue
                chunk = os.read(key.fd, 65536)
                if not chunk:
                    selector.unregister(key.fd)
                elif key.fd == report:
                    said += chunk
                    if reports.is_last(said):
                        gone, run.status = True, 0  # the parent ends and buries what is left of it
                else:
                    total += len(chunk)
                    printed += chunk[: max(0, OUTPUT_KEPT - len(printed))]
                if (total > OUTPUT_LIMIT or len(said) > reports.LIMIT) and not run.ended:
                    stop("output_limit")
            if not gone and time.monotonic() >= deadline:
                if run.ended:
                    break  # asked to kill it, and no answer: the parent itself has been stopped
                if asked and time.monotonic() >= asked + ANSWER_TIMEOUT:
                    stop("timeout")
                    continue
                asked, deadline = asked or time.monotonic(), time.monotonic() + ANSWER_TIMEOUT
                with suppress(OSError):
                    control.send(TIME)
    # What the child wrote before it went may still be in the pipes.
    for fd, sink in ((report, said), (output, printed)):
        os.set_blocking(fd, False)
        try:
            while chunk := os.read(fd, 65536):
                sink += chunk
                if len(sink) > reports.LIMIT:
                    break
        except BlockingIOError:
            pass
    run.output = decoded(bytes(printed[:OUTPUT_KEPT]), cut=max(total, len(printed)) > OUTPUT_KEPT)
    run.reports = reports.parsed(bytes(said))
    return run
