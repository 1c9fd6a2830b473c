"""What happens to a session, in order: keys, saves, verdicts. One queue, read by one thread."""

from __future__ import annotations

import os
import queue
import select
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from torchkata.judging.verdict import Verdict


@dataclass(frozen=True)
class Key:
    """One key, as the character that it types."""

    char: str


@dataclass(frozen=True)
class Saved:
    """A file may have changed on disk; the receiver looks for itself."""


@dataclass(frozen=True)
class Checked:
    """A check ended. `serial` tells it from those that were called off."""

    serial: int
    verdict: Verdict


@dataclass(frozen=True)
class Notice:
    """Something to tell the learner."""

    text: str


Event = Key | Saved | Checked | Notice


class Inbox:
    """`put` from any thread, `get` from the one that owns the terminal."""

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._bell_reader, self._bell = os.pipe()
        self.keys = False

    def put(self, event: Event) -> None:
        self._events.put(event)
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

    def _wait(self, seconds: float | None) -> None:
        if self.keys and os.name == "nt":
            self._wait_on_windows(seconds)
            return
        sources = [self._bell_reader, *([sys.stdin.fileno()] if self.keys else [])]
        ready, _, _ = select.select(sources, [], [], seconds)
        if self._bell_reader in ready:
            os.read(self._bell_reader, 4096)
        if self.keys and sys.stdin.fileno() in ready:
            typed = os.read(sys.stdin.fileno(), 64)
            if not typed:
                raise EOFError
            for char in _characters(typed):
                self._events.put(Key(char))

    def _wait_on_windows(self, seconds: float | None) -> None:
        import msvcrt

        deadline = None if seconds is None else time.monotonic() + seconds
        while self._events.empty() and (deadline is None or time.monotonic() < deadline):
            if msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
                self._events.put(Key(msvcrt.getwch()))  # type: ignore[attr-defined,unused-ignore]
            else:
                time.sleep(0.03)


def _characters(typed: bytes) -> Iterator[str]:
    """The keys in what a terminal sent; an arrow is one escape sequence, and none of ours."""
    if typed.startswith(b"\x1b"):
        yield "\x1b"
        return
    yield from typed.decode("utf-8", errors="ignore")


@contextmanager
def single_keys(inbox: Inbox) -> Iterator[None]:
    """Inside, keys arrive one by one without Enter and without echo; the terminal is put back after."""
    inbox.keys = True
    try:
        if os.name == "nt":
            yield
            return
        import termios
        import tty

        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)
        try:
            tty.setcbreak(terminal)
            yield
        finally:
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)
    finally:
        inbox.keys = False


@contextmanager
def whole_lines(inbox: Inbox) -> Iterator[None]:
    """Inside `single_keys`: the terminal as it usually is, for an editor or a typed line."""
    if not inbox.keys or os.name == "nt":
        yield
        return
    import termios

    terminal = sys.stdin.fileno()
    single = termios.tcgetattr(terminal)
    usual = termios.tcgetattr(terminal)
    usual[3] |= termios.ICANON | termios.ECHO
    termios.tcsetattr(terminal, termios.TCSADRAIN, usual)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, single)
