"""The presenter's copies on disk, and what became of running them. Every run goes through the judge."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from torchkata.collection.catalogue import Entry
from torchkata.collection.starting import see_it, starting_text
from torchkata.judging.judge import Judge
from torchkata.judging.verdict import Verdict
from torchkata.judging.worker import WorkerError
from torchkata.pictures.choice import Picture
from torchkata.pictures.gallery import Gallery
from torchkata.show.verdicts import Words, harmless, words
from torchkata.system import atomic
from torchkata.system.devices import DeviceError
from torchkata.system.trouble import told

LARGEST = 200_000  # bytes of a presenter's copy


@dataclass(frozen=True)
class Ran:
    """One run, in the words that learners get. promise: of an untouched program, what it doesn't keep."""

    words: Words
    printed: str
    promise: str = ""
    solved: bool = False


class Stage:
    """One presenter. Everything but the judge's checks runs in the server's thread.

    folder:  holds TRACK/NAME.py, the copies of this session
    changed: told whenever there is something new to see
    """

    def __init__(self, judge: Judge, folder: Path, changed: Callable[[], None]) -> None:
        self.judge, self.folder, self.changed = judge, folder, changed
        self._one = threading.Lock()  # a judge is renewed only while none of its checks is running
        self.ran: dict[tuple[str, str], Ran | str] = {}
        self.running: set[tuple[str, str]] = set()
        self._again: set[tuple[str, str]] = set()  # what was asked for during its run
        self.gallery = Gallery(judge.tree)
        self.drawn: dict[str, list[Picture]] = {}
        self._seen: dict[str, bytes] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def copy(self, entry: Entry) -> Path:
        return entry.kata.mirrored(self.folder)

    def text(self, entry: Entry) -> bytes:
        """The presenter's copy, made on first sight; empty while an editor is replacing it."""
        file = self.copy(entry)
        if not file.exists():
            self.save(entry, starting_text(entry))
        with suppress(OSError):
            return file.read_bytes()[:LARGEST]
        return b""

    def save(self, entry: Entry, text: bytes) -> None:
        """From the page; a save of our own is no news."""
        self._seen[entry.id] = text
        atomic.write_text(self.copy(entry), text)

    def look(self, entry: Entry) -> bool:
        """Whether another editor has saved this copy since we last looked."""
        text = self.text(entry)
        if not text.strip() or self._seen.get(entry.id, text) == text:
            self._seen.setdefault(entry.id, text)
            return False
        self._seen[entry.id] = text
        self.changed()
        return True

    def draw(self, entry: Entry) -> None:
        """Have this kata's pictures at hand; for a thread in the background."""
        kept = self.gallery.kept(entry)
        if kept is None:
            with suppress(WorkerError, DeviceError, OSError), self._one:  # a room goes on without
                kept = self.gallery.draw(entry, self.judge)
        self.drawn[entry.id] = kept or []

    def program(self, entry: Entry, step: str) -> bytes:
        """What is run in a step: the broken program, the fixed one, or the presenter's copy."""
        if step == "green":
            return entry.kata.fixed.read_bytes()
        return starting_text(entry) if step == "red" else self.text(entry)

    def run(self, entry: Entry, step: str) -> None:
        """Begin to run it, or do so once more after the run that is on; the page learns of the end as of any
        change."""
        if (entry.id, step) in self.running:
            self._again.add((entry.id, step))
            return
        self.running.add((entry.id, step))
        task = asyncio.create_task(self._run(entry, step))
        self._tasks.add(task)  # the loop itself holds tasks weakly
        task.add_done_callback(self._tasks.discard)

    async def _run(self, entry: Entry, step: str) -> None:
        here = entry.id, step
        try:
            self.ran[here] = await asyncio.to_thread(self._judge, entry, self.program(entry, step))
        except Exception as problem:  # without a word the room would wait for ever
            self.ran[here] = told(problem)
        finally:
            self.running.discard(here)
            if here in self._again:  # it has been saved meanwhile
                self._again.discard(here)
                self.run(entry, step)
            self.changed()

    def _judge(self, entry: Entry, program: bytes) -> Ran:
        shown = Path(f"{entry.kata.name}.py")
        with self._one:
            self.judge.renew()
            found = self.judge.check(entry, program, shown)
            printed = self.judge.see(entry, program, shown, see_it(entry))
        return Ran(
            _words(found), harmless(printed).rstrip(), _promise(found, printed), found.verdict == "solved"
        )


def _words(found: Verdict) -> Words:
    """A learner hears that the file is as it started; a room looks at what that does."""
    said = words(found)
    if found.verdict == "untouched":
        said = replace(said, label="RED", about="the program with its bug, as everybody gets it")
    return said


def _promise(found: Verdict, printed: str) -> str:
    """The learner knows what an untouched program does wrong from its card; a room sees it here, once."""
    red = found.first_failed
    if found.verdict != "untouched" or red is None or red.outcome != "failed":
        return ""
    first = red.message.partition("\n")[0]
    return red.sentence if first in printed else f"{red.sentence}\n{harmless(red.message)}"
