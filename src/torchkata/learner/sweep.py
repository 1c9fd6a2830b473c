"""Checks of everything that the learner has changed, beside the loop, until it is done or called off."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from torchkata.collection.catalogue import Entry
from torchkata.judging.judge import Judge
from torchkata.judging.verdict import Verdict
from torchkata.judging.worker import Cancel, Cancelled
from torchkata.learner.inbox import Notice
from torchkata.learner.progress import Progress
from torchkata.learner.workspace import check
from torchkata.show.verdicts import LABELS
from torchkata.system.trouble import told

PARALLEL = 2  # checks at a time


class Sweep:
    """One sweep at a time; it says a line a kata through `put`, from threads of its own."""

    def __init__(self, judge: Judge, progress: Progress, put: Callable[[Notice], None]) -> None:
        self.judge, self.progress, self.put = judge, progress, put
        self._cancels: list[Cancel] = []
        self._thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def begin(self, entries: Sequence[Entry], total: int) -> None:
        """Check the copies of `entries`, of `total` katas in all."""
        self.call_off()
        self._cancels = [Cancel() for _ in entries]
        arguments = (entries, self._cancels, total)
        self._thread = threading.Thread(target=self._sweep, args=arguments, daemon=True)
        self._thread.start()

    def call_off(self) -> None:
        """End it; what was checked stays recorded. Returns once no check of it is running."""
        for cancel in self._cancels:
            cancel.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._cancels = []

    def _sweep(self, entries: Sequence[Entry], cancels: Sequence[Cancel], total: int) -> None:
        with ThreadPoolExecutor(PARALLEL) as pool:
            done, lost = 0, ""
            for entry, found in zip(entries, pool.map(self._one, entries, cancels)):
                if found is not None:
                    done += 1
                    label = found if isinstance(found, str) else LABELS[found[0].verdict][0]
                    lost = lost if isinstance(found, str) else found[1] or lost
                    self.put(Notice(f"{done:>3}/{len(entries)}  {entry.id:<36} {label}"))
        ended = "" if done == len(entries) else f" Stopped after {done}."
        unrecorded = f" Not all is recorded: {lost}" if lost else ""
        self.put(Notice(f"{len(entries)} of {total} katas have changes of yours.{ended}{unrecorded}"))

    def _one(self, entry: Entry, cancel: Cancel) -> tuple[Verdict, str] | str | None:
        """A verdict and why it isn't recorded, or the reason why there is none; None if it was called off."""
        if cancel.is_set():
            return None
        try:
            return check(self.judge, entry, self.progress, cancel)
        except Cancelled:
            return None
        except Exception as problem:
            return told(problem)
