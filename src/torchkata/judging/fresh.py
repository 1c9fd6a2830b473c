"""The slower road, for systems without a safe fork: a fresh process for each check."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from torchkata.collection.layout import Kata, Tree
from torchkata.judging import reports
from torchkata.judging.worker import (
    OUTPUT_KEPT,
    OUTPUT_LIMIT,
    PATIENCE,
    START_TIMEOUT,
    Cancel,
    Collected,
    Counted,
    Job,
    Ready,
    Run,
    as_argument,
    by_the_clock,
    command,
    decoded,
    environment,
    refused,
)
from torchkata.system.usage import processor_seconds


class FreshWorker:
    """Starts, warms up and ends a process for every check; slow, and the same in all else."""

    def __init__(
        self, tree: Tree, katas: list[Kata], device: str, home: Path, *, hidden: Sequence[Path] = ()
    ) -> None:
        self.tree, self.katas, self.device, self.home, self.hidden = tree, katas, device, home, hidden
        self._ready: Ready | None = None
        self._collected: dict[str, Collected] = {}

    @property
    def is_ready(self) -> bool:
        return self._ready is not None

    @property
    def ready(self) -> Ready:
        if self._ready is None:
            with tempfile.TemporaryDirectory(dir=self.home) as folder:
                listing = Path(folder, "listing.json")
                done = subprocess.run(
                    command(self.tree, self.katas, self.device, "--list", str(listing)),
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    env=environment(),
                    cwd=self.tree.root,
                    timeout=START_TIMEOUT,
                    check=False,
                )
                if not listing.is_file():
                    raise refused(done.returncode, done.stdout + done.stderr)
                message = json.loads(listing.read_text(encoding="utf-8"))
                self._collected = {
                    kata: Collected.from_message(found) for kata, found in message["collected"].items()
                }
                self._ready = Ready(message["torch"], message["python"])
        return self._ready

    def collected(self, kata: Kata) -> Collected:
        """All katas' tests were collected at once: a process for each kata would take seconds."""
        _ = self.ready
        return self._collected.get(kata.id, Collected())

    def run(self, job: Job, cancel: Cancel | None = None) -> Run:
        """The limit of time counts from the start of the process, so it is widened by the warm-up."""
        _ = self.ready
        kata = self.tree.kata(job.kata)
        with tempfile.TemporaryDirectory(dir=self.home) as folder:
            request, report, output = (Path(folder, name) for name in ("job.json", "report", "output"))
            request.write_text(json.dumps(asdict(job)), encoding="utf-8")
            run = Run()
            with output.open("wb") as sink:
                process = subprocess.Popen(
                    command(
                        self.tree,
                        [kata],
                        self.device,
                        "--once",
                        str(request),
                        str(report),
                        as_argument(self.home, self.hidden),
                    ),
                    stdin=subprocess.DEVNULL,
                    stdout=sink,
                    stderr=subprocess.STDOUT,
                    env=environment(),
                    cwd=self.tree.root,
                    start_new_session=True,
                )
                try:
                    run.ended = _watch(process, report, output, job.limits.seconds, cancel)
                finally:  # also where the judge is interrupted: no program outlives its judge
                    _kill_group(process)
                    process.wait()
                run.status = process.returncode
            printed = output.read_bytes()
            run.output = decoded(printed[:OUTPUT_KEPT], cut=len(printed) > OUTPUT_KEPT)
            run.reports = reports.parsed(report.read_bytes()) if report.is_file() else []
        return run

    def counted(self) -> Counted | None:
        """No process is kept on this road."""
        return None

    def close(self) -> None:
        pass


def _watch(
    process: subprocess.Popen[bytes], report: Path, output: Path, seconds: float, cancel: Cancel | None
) -> str:
    """Wait for a process under the limits, which count from its first report on.

    Where the system does not tell the processor time, the clock alone counts, several times the limit.
    """
    started, begun, loaded = False, time.monotonic(), 0.0
    ended = ""
    while process.poll() is None:
        if not started and report.is_file() and report.stat().st_size > 0:
            started, begun = True, time.monotonic()
            loaded = processor_seconds(process.pid) or 0.0  # importing torch is no part of the check
        clock = time.monotonic() - begun
        if not started:
            ended = "timeout" if clock > START_TIMEOUT else ""
        elif clock > seconds:
            total = processor_seconds(process.pid)
            used = None if total is None else total - loaded
            if used is not None and used >= seconds:
                ended = "timeout"
            elif clock > seconds * PATIENCE:
                ended = by_the_clock(used, seconds)
        if cancel is not None and cancel.is_set():
            ended = "cancelled"
        elif output.stat().st_size > OUTPUT_LIMIT or (started and report.stat().st_size > reports.LIMIT):
            ended = "output_limit"
        if ended:
            break
        time.sleep(0.02)
    return ended


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """The process and whatever it started, where the system knows groups; who has left the group stays."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
