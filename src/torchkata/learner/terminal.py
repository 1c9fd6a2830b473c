"""The terminal while the loop has it: single keys, pasted text, and the way back to whole lines."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

# A terminal that knows bracketed paste says where pasted text begins and ends.
PASTE_ON, PASTE_OFF = "\x1b[?2004h", "\x1b[?2004l"
PASTE_BEGINS, PASTE_ENDS = b"\x1b[200~", b"\x1b[201~"
# The signals that ask for an end. Windows has no terminals of this kind, and not all of these.
ENDING = [getattr(signal, name) for name in ("SIGHUP", "SIGTERM", "SIGQUIT") if hasattr(signal, name)]
SECOND = frozenset("GHIKMOPQRSstuvw")  # what follows \xe0: arrows, Home, PgDn and the like, also with Ctrl
BURST = 2  # keys that a quick hand, or a slow line, may deliver in one read; more is pasted text


@dataclass(frozen=True)
class Key:
    """One key, as the character that it types; of an arrow and the like, its escape sequence."""

    char: str


@dataclass(frozen=True)
class Pasted:
    """Text that somebody pasted, or that arrived faster than anybody types."""

    text: str


@dataclass(frozen=True)
class Resumed:
    """The process was stopped and goes on: the screen shows something else by now."""


def typed(data: bytes) -> list[Key | Pasted]:
    """What a terminal sent in one read."""
    if PASTE_BEGINS in data:
        inside = data.partition(PASTE_BEGINS)[2].partition(PASTE_ENDS)[0]
        return [Pasted(inside.decode("utf-8", errors="ignore"))]
    text = data.decode("utf-8", errors="ignore")
    if text.startswith("\x1b"):
        return [Key(text)]
    return [Pasted(text)] if len(text) > BURST else [Key(char) for char in text]


class Halves:
    """Windows' keys, character by character: arrows and the like are two, of which the second is a letter.

    Whether a second one waits can't be asked (`kbhit` needn't know of it), and to wait for it would hold
    everything up after a typed \xe0, which begins such keys as well.
    """

    def __init__(self) -> None:
        self._first = ""

    def keys(self, char: str) -> str:
        """What has been typed once `char` has arrived: nothing, one character, or the one before as well."""
        first, self._first = self._first, ""
        if not first and char in ("\0", "\xe0"):
            self._first = char
            return ""
        if first == "\0" or (first and (char in SECOND or "\x80" <= char <= "\x9f")):
            return ""
        return first + char


class Ended(SystemExit):
    """A signal asks the process to end. Raised in the main thread, so that the terminal is put back first.

    It's no Exception: nothing that catches those, or waits for a line to be typed, may keep it.
    """


def _end(number: int, _: object) -> None:
    for again in ENDING:  # a window that closes sends two: the second would end the clearing up
        signal.signal(again, signal.SIG_IGN)
    raise Ended(128 + number)


class Keys:
    """Single keys without Enter and without echo, on systems with termios; elsewhere nothing to set.

    resumed: called when the process goes on after Ctrl-Z and `fg`, with the keys single again
    bell:    a descriptor that wakes whoever waits for keys: the kernel may hand a signal to any thread,
             and the one that can act on it sleeps
    """

    def __init__(self, resumed: Callable[[], None], bell: int) -> None:
        self.resumed, self.bell = resumed, bell
        self.single = False
        self._before: list[Any] | None = None

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Inside, keys arrive one by one; the terminal is put back after."""
        self.single = True
        if os.name == "nt":
            try:
                yield
            finally:
                self.single = False
            return
        import termios

        self._before = termios.tcgetattr(sys.stdin.fileno())
        # A closed window, `kill` and Ctrl-\\: left to themselves, they leave the shell without an echo.
        handlers = {signal.SIGCONT: self._continued} | dict.fromkeys(ENDING, _end)
        earlier = {number: signal.signal(number, act) for number, act in handlers.items()}
        woken = signal.set_wakeup_fd(self.bell, warn_on_full_buffer=False)
        try:
            self._one_by_one()
            yield
        finally:
            signal.set_wakeup_fd(woken)
            for number, act in earlier.items():
                if signal.getsignal(number) is not signal.SIG_IGN:
                    signal.signal(number, act)
            with suppress(OSError, termios.error):  # the terminal may be gone
                self._as_before()
            self.single = False

    @contextmanager
    def whole_lines(self) -> Iterator[None]:
        """Inside, the terminal is as it usually is, for an editor or a typed line."""
        if not self.single or os.name == "nt":
            yield
            return
        self._as_before()
        self.single = False
        try:
            yield
        finally:
            self._one_by_one()
            self.single = True

    def _one_by_one(self) -> None:
        import termios
        import tty

        terminal = sys.stdin.fileno()
        tty.setcbreak(terminal)
        modes = termios.tcgetattr(terminal)
        modes[0] &= ~termios.IXON  # Ctrl-S would freeze the screen without a word
        termios.tcsetattr(terminal, termios.TCSADRAIN, modes)
        self._say(PASTE_ON)

    def _as_before(self) -> None:
        import termios

        self._say(PASTE_OFF)
        assert self._before is not None
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, self._before)

    def _continued(self, *_: object) -> None:
        if self.single:  # the shell has put its own modes in the place of ours
            self._one_by_one()
            self.resumed()

    def _say(self, sequence: str) -> None:
        if sys.stdout.isatty() and os.environ.get("TERM", "dumb") not in ("", "dumb"):
            sys.stdout.write(sequence)
            sys.stdout.flush()
