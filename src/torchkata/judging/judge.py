"""The one function from which learners, authors and CI get their verdict: `Judge.check`."""

from __future__ import annotations

import importlib.util
import json
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import Any

import torchkata
from torchkata import __version__
from torchkata.collection.card import read_meta
from torchkata.collection.catalogue import Entry
from torchkata.collection.layout import Kata, Tree
from torchkata.collection.starting import as_written, generators, public_functions, starting_text
from torchkata.judging import diagnose
from torchkata.judging.diagnose import Diagnosis
from torchkata.judging.forked import ForkWorker
from torchkata.judging.fresh import FreshWorker
from torchkata.judging.known import Known, KnownFixes
from torchkata.judging.named import only_named
from torchkata.judging.stamps import Stamps
from torchkata.judging.verdict import Kind, Verdict
from torchkata.judging.worker import Cancel, Cancelled, Job, Limits, Run, Worker, WorkerError, can_fork, keeps
from torchkata.system import scratch
from torchkata.system.devices import DeviceError
from torchkata.system.trouble import told

COMPILED = "(torch.compile does nothing in a check: the function ran as it is written.)"

Report = dict[str, Any]


class Judge:
    """Checks programs against the katas of one tree, on one device. Use it as a context manager.

    ahead: whether a child gets ready before there is a program for it: worth it where somebody waits for
           each verdict, and a waste where many programs are at hand
    one_hand: whether all programs come from the same hand: where a process is dear (`worker.keeps`), one
           then serves many of them. It's looked at after each, and replaced if it has changed; but a program
           that knows how can reach those after it. So it's for the files of a collection, or for those of
           one learner, who can fool nobody else; never for what several have handed in
    hidden: what no program may read, besides the solutions

    It holds what no program may read: the signatures of the known wrong fixes. The programs run
    in the children of a worker, which starts in the background when the judge is made.
    """

    def __init__(
        self,
        tree: Tree,
        katas: list[Kata],
        device: str = "cpu",
        limits: Limits | None = None,
        *,
        ahead: bool = True,
        one_hand: bool = False,
        hidden: Sequence[Path] = (),
    ) -> None:
        self.tree, self.katas, self.device, self.ahead = tree, katas, device, ahead
        self.hidden, self.kept = hidden, one_hand and keeps(device)
        self.limits = limits or Limits()
        # Reports of tests that needn't run on a program: whoever sets it knows that they can't differ.
        self.spared: Callable[[Kata, bytes], Sequence[Report]] | None = None
        self.used: dict[str, float] = defaultdict(float)  # kata → processor time of its runs
        self._renewing = threading.Lock()
        self._removals: list[threading.Thread] = []
        self._start()

    def _start(self) -> None:
        # Everything of its checks is in here, and hidden from every check but the one that it is for.
        self.home = Path(tempfile.mkdtemp(prefix="torchkata-"))
        self._stamps = Stamps()
        spec = importlib.util.find_spec("torch")
        self._stamps.watch([Path(spec.origin).with_name("version.py")] if spec and spec.origin else [])
        self._stamps.watch([self.tree.root / "conftest.py", self.tree.root / "pyproject.toml"])
        self._stamps.watch(sorted(Path(torchkata.__file__).parent.rglob("*.py")))
        self.worker: Worker  # on the faster road, where the system has it
        if can_fork():
            self.worker = ForkWorker(
                self.tree,
                self.katas,
                self.device,
                self.home,
                ahead=self.ahead,
                kept=self.kept,
                hidden=self.hidden,
            )
        else:
            self.worker = FreshWorker(self.tree, self.katas, self.device, self.home, hidden=self.hidden)
        self._known = KnownFixes(
            self.tree.private / "cache",
            run=lambda kata, wrong: self._run(kata, wrong.read_bytes(), wrong),
            is_current=self._stamps.is_current,
        )

    def __enter__(self) -> Judge:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        self.worker.close()
        for removal in self._removals:
            removal.join()
        scratch.remove(self.home)

    def check(self, entry: Entry, program: bytes, shown: Path, cancel: Cancel | None = None) -> Verdict:
        """The verdict on `program`, the text of one solution of this kata.

        shown:  the path by which people know it; only messages use it
        cancel: calls the check off from another thread; then `Cancelled` is raised
        Raises nothing for what the program does; our own faults come back as the verdict `internal`.
        """
        return self._judged(entry, program, lambda: self._run(entry.kata, program, shown, cancel))

    def see(self, entry: Entry, program: bytes, shown: Path, snippet: str) -> str:
        """What `snippet` prints and raises with the names of `program`, under the limits of a check."""
        run = self._run_once(entry.kata, program, shown, None, snippet=snippet)
        stopped = diagnose.stopped(run, self.limits)
        return run.output + (f"{stopped.message}\n" if stopped is not None else "")

    def trace(self, entry: Entry, program: bytes, shown: Path) -> tuple[Verdict, list[Report]]:
        """The verdict on a project, and a report for each test with the functions that it called."""
        run = self._run_once(entry.kata, program, shown, None, traced=True)
        return self._judged(entry, program, lambda: run), run.reports

    def check_known(self, entry: Entry, wrong: Path) -> Verdict:
        """The verdict on a `wrong_*` file; a run that its signature was just taken from counts."""
        program = wrong.read_bytes()
        run = self._known.take(wrong)
        return self._judged(
            entry, program, lambda: self._run(entry.kata, program, wrong) if run is None else run
        )

    def _judged(self, entry: Entry, program: bytes, run_it: Callable[[], Run]) -> Verdict:
        begun = time.monotonic()
        try:
            ready = self.worker.ready
            begun = time.monotonic()  # what the worker takes to get warm is no part of a check
            found, run = self._found(entry, program, run_it)
            versions = ready.torch, ready.python
        except DeviceError:
            raise
        except (WorkerError, OSError, SyntaxError, ValueError) as fault:
            # A full disk, most of all; or a file of the kata's own that somebody has broken.
            found, run, versions = Diagnosis("internal", [], told(fault)), Run(), ("unknown", "unknown")
        return Verdict(
            kata=entry.id,
            verdict=found.verdict,
            device=self.device,
            torch=versions[0],
            python=versions[1],
            seconds=round(max(run.seconds, time.monotonic() - begun), 4),
            tests=found.tests,
            wrong_fix=found.wrong_fix,
            message="\n".join(filter(None, (found.message, *_notes(entry, program, found.verdict)))),
            line=found.line,
            output=run.output,
        )

    @property
    def warm(self) -> bool:
        """Whether a check would start at once."""
        return self.worker.is_ready

    def renew(self) -> bool:
        """Start the worker anew if tests, engine or torch have changed; whether it did.

        For whoever keeps a judge for long; not while one of its checks is running.
        """
        with self._renewing:
            if self._stamps.is_current():
                return False
            self._stop()
            self._start()
            return True

    def _found(self, entry: Entry, program: bytes, run_it: Callable[[], Run]) -> tuple[Diagnosis, Run]:
        kata = entry.kata
        self._stamps.watch([kata.test])
        collected = self.worker.collected(kata)
        expected = collected.tests
        if collected.error or not expected:
            fault = collected.error or f"no tests were collected from {kata.test}"
            return Diagnosis("internal", [], fault), Run()
        run = run_it()
        if run.ended == "cancelled":
            raise Cancelled
        tests = diagnose.results(run, expected)
        early = diagnose.stopped(run, self.limits)
        if early is not None:
            return replace(early, tests=tests), run
        found = diagnose.judged(tests, untouched=as_written(program) == as_written(starting_text(entry)))
        if found.verdict == "solved":
            wanted = self._known.comparisons(kata, [*self._circumstances(), kata.id])
            found = diagnose.compared(found, run, wanted)
        if found.verdict == "failing":
            known = self.known(kata)
            found = diagnose.recognised(found, run, known)
            missing = len(kata.wrongs) - len(known)
            if found.verdict == "failing" and missing:
                # To say nothing would claim that it is none of them.
                said = f"{missing} of {len(kata.wrongs)} known wrong fixes couldn't be run for comparison: "
                found = replace(found, message=f"{said}this machine is too busy. Check again.")
        return found, run

    def _run(self, kata: Kata, program: bytes, shown: Path, cancel: Cancel | None = None) -> Run:
        """The program, once in a process; or once for each test, in a process each, if it demands that."""
        spared = list(self.spared(kata, program)) if self.spared is not None else []
        if spared:
            names = {report["name"] for report in spared}
            only = [test.name for test in self.worker.collected(kata).tests if test.name not in names]
            run = self._run_once(kata, program, shown, cancel, only=only)
            if not run.ended and {report["report"] for report in run.reports} == {"started", "test", "end"}:
                run.reports += spared
                return run
        run = self._run_once(kata, program, shown, cancel, each=False)
        if run.ended or not diagnose.demands_processes(run):
            return run
        return self._run_once(kata, program, shown, cancel, each=True)

    def _run_once(
        self,
        kata: Kata,
        program: bytes,
        shown: Path,
        cancel: Cancel | None,
        *,
        each: bool = False,
        snippet: str = "",
        only: list[str] | None = None,
        traced: bool = False,
    ) -> Run:
        """A snapshot of the program, in a folder of its own: a later save can't change what is judged."""
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
                self.limits,
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
            self.used[kata.id] += run.used
            return _under_its_own_name(run, snapshot, shown)
        finally:
            # Nobody waits for the disk: the verdict is on its way while the folder goes.
            self._removals = [thread for thread in self._removals if thread.is_alive()]
            with suppress(RuntimeError):  # no more threads for us; then it goes with the judge's own folder
                removal = threading.Thread(target=scratch.remove, args=(home,))
                removal.start()
                self._removals.append(removal)

    def collect(self) -> None:
        """The tests of all katas at once, where processes are kept: one that is there already doesn't learn
        what is collected later, and another one takes its place."""
        for kata in self.katas if self.kept else ():
            self._stamps.watch([kata.test])
            with suppress(WorkerError, OSError):  # the check that follows says what is wrong
                self.worker.collected(kata)

    def prepare(self, kata: Kata) -> None:
        """Get warm, and have the known wrong fixes of this kata at hand; for a thread in the background."""
        with suppress(WorkerError, DeviceError, OSError):  # the check that follows says what is wrong
            self._stamps.watch([kata.test])
            if self.worker.collected(kata).tests:
                self.known(kata)
                self._known.comparisons(kata, [*self._circumstances(), kata.id])

    def known(self, kata: Kata) -> Known:
        """How each `wrong_*` of this kata fails, and why it is wrong; run once, then kept."""
        return self._known.of(kata, [*self._circumstances(), kata.id])

    def _circumstances(self) -> list[str]:
        """What a way of failing depends on besides files. Another torch may fail in other words."""
        whole = "whole" if self.spared is None else "spared"
        return [__version__, self.worker.ready.torch, self.device, json.dumps(asdict(self.limits)), whole]


def _notes(entry: Entry, program: bytes, verdict: Kind) -> Iterator[str]:
    """What can be read off the program, and explains its verdict."""
    if verdict in ("pitfall", "wrong_fix", "failing"):
        yield only_named(program, starting_text(entry))
    if b"torch.compile" in program:
        yield COMPILED


def _under_its_own_name(run: Run, snapshot: Path, shown: Path) -> Run:
    """What was printed and said, with the path that people know in the place of the snapshot's."""
    run.output = run.output.replace(str(snapshot), str(shown))
    for report in run.reports:
        if isinstance(report.get("message"), str):
            report["message"] = report["message"].replace(str(snapshot), str(shown))
    return run
