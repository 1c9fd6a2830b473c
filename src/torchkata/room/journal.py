"""What happened in a room: one append-only JSON Lines file, from which everything else is derived."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from torchkata.system import atomic

Event = dict[str, Any]


class Journal:
    """Writes an event before anybody is told that it was taken.

    clock: the seconds of the server; learners' clocks may be an hour off, and are never compared with it
    """

    def __init__(self, file: Path, clock: Callable[[], float] = time.time) -> None:
        self.file, self.clock = file, clock

    def write(self, what: str, **content: Any) -> Event:
        """On the disk when this returns. Raises OSError where it can't be."""
        return self.write_all([{"what": what, **content}])[0]

    def write_all(self, events: Iterable[Event]) -> list[Event]:
        """Several at once, with one wait for the disk."""
        at = round(self.clock(), 3)
        stamped = [{"at": at, **event} for event in events]
        if stamped:
            lines = (json.dumps(event, ensure_ascii=False) for event in stamped)
            atomic.append_line(self.file, "\n".join(lines))
        return stamped

    def events(self) -> list[Event]:
        """Oldest first. Half a line, which a crash leaves behind, was never acknowledged."""
        try:
            lines = self.file.read_bytes().splitlines()
        except OSError:
            return []
        return [event for event in map(_event, lines) if event is not None]

    def forget(self, seat: str) -> None:
        """Erase whatever a seat has ever sent: the one thing that is taken out of the file again."""
        kept = [event for event in self.events() if event.get("seat") != seat]
        lines = [json.dumps(event, ensure_ascii=False) + "\n" for event in kept]
        atomic.write_text(self.file, "".join(lines))


def _event(line: bytes) -> Event | None:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    usable = isinstance(event, dict) and isinstance(event.get("what"), str)
    return event if usable and isinstance(event.get("at"), int | float) else None
