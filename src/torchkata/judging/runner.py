"""A program, run by a worker: a snapshot of it in a folder of its own, which goes afterwards."""

from __future__ import annotations

import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from torchkata.collection.card import read_meta
from torchkata.collection.layout import Kata
from torchkata.collection.starting import generators, public_functions
from torchkata.judging.worker import Cancel, Job, Limits, Run, Worker
from torchkata.system import scratch


class Runner:
    """Runs programs through `worker`, each below `home`. From any thread."""

    def __init__(self, home: Path, worker: Worker) -> None:
        self.home, self.worker = home, worker
        self._removals: list[threading.Thread] = []

    def run(
        self,
        kata: Kata,
        program: bytes,
        shown: Path,
        limits: Limits,
        cancel: Cancel | None = None,
        *,
        each: bool = False,
        snippet: str = "",
        only: list[str] | None = None,
        traced: bool = False,
    ) -> Run:
        """How it went; `Job` says what the arguments are. A later save can't change what is judged."""
        self.home.mkdir(exist_ok=True)  # a worker that left may have taken the empty folder along
        home = Path(tempfile.mkdtemp(dir=self.home, prefix=""))
        try:
            needs = read_meta(kata.card).get("needs", [])
            snapshot = kata.mirrored(home / "submission")
            snapshot.parent.mkdir(parents=True)
            snapshot.write_bytes(program)
            job = Job(
                kata.id,
                str(snapshot),
                str(home),
                str(shown),
                public_functions(kata.broken),
                generators(kata.broken),
                limits,
                each,
                snippet,
                network="network" in needs,
                alone=not {"network", "fork"}.isdisjoint(needs),
                only=only,
                traced=traced,
            )
            begun = time.monotonic()
            run = self.worker.run(job, cancel)
            run.seconds = time.monotonic() - begun
            return _under_its_own_name(run, snapshot, shown)
        finally:
            # Nobody waits for the disk: the verdict is on its way while the folder goes.
            self._removals = [thread for thread in self._removals if thread.is_alive()]
            with suppress(RuntimeError):  # no more threads for us; then it goes with the judge's own folder
                removal = threading.Thread(target=scratch.remove, args=(home,))
                removal.start()
                self._removals.append(removal)

    def close(self) -> None:
        """Wait until all folders are gone."""
        for removal in self._removals:
            removal.join()


def _under_its_own_name(run: Run, snapshot: Path, shown: Path) -> Run:
    """What was printed and said, with the path that people know in the place of the snapshot's."""
    run.output = run.output.replace(str(snapshot), str(shown))
    for report in run.reports:
        if isinstance(report.get("message"), str):
            report["message"] = report["message"].replace(str(snapshot), str(shown))
    return run
