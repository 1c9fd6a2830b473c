"""What happens to a session, in order: keys, saves, verdicts. One queue, read by one thread."""

from __future__ import annotations

import os
import queue
import re
import select
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from torchkata.judging.verdict import Verdict
from torchkata.learner.terminal import PASTE_BEGINS, PASTE_ENDS, Halves, Key, Keys, Pasted, Resumed, typed

SEQUENCE = re.compile(r"\x1b(\[[0-9;]*[ -/]*[@-~]|O.|.)?")  # that a key sends which types no character
NO_BELL = -1  # on Windows, where whoever waits looks for itself


@dataclass(frozen=True)
class Saved:
    """These files may have changed on disk, and perhaps others; the receiver looks for itself."""

    files: frozenset[Path] = frozenset()


@dataclass(frozen=True)
class Checked:
    """A check ended. `serial` tells it from those that were called off."""

    serial: int
    verdict: Verdict


@dataclass(frozen=True)
class Failed:
    """A check ended without a verdict, which is our own fault or the system's."""

    serial: int
    problem: Exception


@dataclass(frozen=True)
class Notice:
    """Something to tell the learner."""

    text: str


Event = Key | Pasted | Resumed | Saved | Checked | Failed | Notice


class Inbox:
    """`put` from any thread, `get` from the one that owns the terminal."""

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._bell_reader = self._bell = NO_BELL
        if os.name != "nt":
            self._bell_reader, self._bell = os.pipe()
            os.set_blocking(self._bell, False)
        self._halves = Halves()
        self.keys = Keys(resumed=lambda: self.put(Resumed()), bell=self._bell)

    def put(self, event: Event) -> None:
        self._events.put(event)
        if self._bell != NO_BELL:
            with suppress(BlockingIOError):  # thousands of events are waiting: it has rung
                os.write(self._bell, b"x")

    def get(self, timeout: float | None = None) -> Event | None:
        """The next event; None after `timeout` seconds without one. Raises EOFError when keys end."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            try:
                return self._events.get_nowait()
            except queue.Empty:
                left = None if deadline is None else max(0.0, deadline - time.monotonic())
                if left == 0.0:
                    return None
                self._wait(left)

    def line(self, console: Console, prompt: str) -> str:
        """A whole line, typed, without what arrow keys and the like have put into it; events wait
        meanwhile. Raises EOFError where the input ends.

        A line that has arrived is read, and not one that may: a signal between the prompt and the read
        would be seen only after the next line.
        """
        with self.keys.whole_lines():
            console.print(prompt, end="", markup=False, highlight=False)
            console.file.flush()
            while os.name != "nt" and not self._is_typed():
                pass
            return SEQUENCE.sub("", console.input())

    def _is_typed(self) -> bool:
        ready, _, _ = select.select([self._bell_reader, sys.stdin.fileno()], [], [])
        if self._bell_reader in ready:
            os.read(self._bell_reader, 4096)
        return sys.stdin.fileno() in ready

    def typed_on(self, within: float) -> bool:
        """Whether more keys follow, each `within` seconds of the last: a word. They are thrown away."""
        others: list[Event] = []
        word, deadline = False, time.monotonic() + within
        while (event := self.get(max(0.0, deadline - time.monotonic()))) is not None:
            if isinstance(event, Key):
                word, deadline = True, time.monotonic() + within
            else:
                others.append(event)
        for event in others:
            self.put(event)
        return word

    def _wait(self, seconds: float | None) -> None:
        if os.name == "nt":  # where nothing but a socket can be selected
            self._wait_on_windows(seconds)
            return
        sources = [self._bell_reader, *([sys.stdin.fileno()] if self.keys.single else [])]
        ready, _, _ = select.select(sources, [], [], seconds)
        if self._bell_reader in ready:
            os.read(self._bell_reader, 4096)
        if self.keys.single and sys.stdin.fileno() in ready:
            for event in typed(_read_all_of_a_paste()):
                self._events.put(event)

    def _wait_on_windows(self, seconds: float | None) -> None:
        import msvcrt

        deadline = None if seconds is None else time.monotonic() + seconds
        while self._events.empty() and (deadline is None or time.monotonic() < deadline):
            if self.keys.single and msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
                for char in self._halves.keys(msvcrt.getwch()):  # type: ignore[attr-defined,unused-ignore]
                    self._events.put(Key(char))
            else:
                time.sleep(0.03)


def _read_all_of_a_paste() -> bytes:
    """What was typed; of a paste all of it, however long it is."""
    try:
        data = os.read(sys.stdin.fileno(), 4096)
        while PASTE_BEGINS in data and PASTE_ENDS not in data:
            more = os.read(sys.stdin.fileno(), 4096)
            if not more:
                break
            data += more
    except OSError as problem:  # the terminal has gone away
        raise EOFError from problem
    if not data:
        raise EOFError
    return data
