"""What this learner has done: one append-only file, from which everything else is derived."""

from __future__ import annotations

import hashlib
import json
import math
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from torchkata.collection.layout import Kata, Tree
from torchkata.system import atomic

SCHEMA = "kata-history/1"
State = Literal["new", "started", "solved"]
STAMP = "%Y%m%d-%H%M%S"
VERSION = re.compile(r"(?P<stamp>\d{8}-\d{6})(?P<utc>Z?)-(?P<part>\d{3})-[0-9a-f]+")
WORK = ("start", "verdict", "hint", "prediction", "reset", "restore")


class Progress:
    """The history in `.kata/history.jsonl`, and the copies kept before anything is overwritten."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.file = tree.private / "history.jsonl"
        self.damaged = 0
        self.set_aside: Path | None = None
        self.unwritten: list[
            dict[str, Any]
        ] = []  # events that the disk did not take: they count until the end
        self.renamed = tree.renamed()

    def record(self, kata: Kata | str, event: str, **content: Any) -> None:
        """Write down an event of a kata; of anything else by a name that is no kata's.

        Raises OSError where it can't be written; this object knows of it all the same.
        """
        name = kata if isinstance(kata, str) else kata.id
        line = {"schema": SCHEMA, "at": round(time.time(), 3), "kata": name, "event": event, **content}
        try:
            atomic.append_line(self.file, json.dumps(line, ensure_ascii=False))
        except OSError:
            self.unwritten.append(line)
            raise

    def events(self) -> Iterator[dict[str, Any]]:
        """Every event that can be read, oldest first, under the katas' names of today.

        What came from another machine stands at the end of the file: the times decide, not the lines.
        `damaged` counts the lines that cannot be read. They stay in the file, for a newer version
        may read them; a file without a single readable line is set aside, and `set_aside` says where.
        """
        try:
            lines = [line for line in self.file.read_bytes().splitlines() if line.strip()]
        except OSError:
            lines = []
        events = [event for event in map(_event, lines) if event is not None]
        self.damaged = len(lines) - len(events)
        if lines and not events:
            self.set_aside = atomic.set_aside(self.file)
        events += [dict(event) for event in self.unwritten]
        for event in events:
            event["kata"] = self.renamed.get(event["kata"], event["kata"])
        return iter(_by_time(events))

    def trouble(self) -> str | None:
        """What to tell the learner about a history that could not be read as a whole; None if it could."""
        list(self.events())
        if self.set_aside is not None:
            return f"The history can't be read. It was set aside as {self.set_aside}, and a new one begins."
        if self.damaged:
            lines = f"{self.damaged} line{'s' * (self.damaged != 1)}"
            return f"{lines} of {self.file} can't be read; they stay as they are."
        return None

    def states(self) -> dict[str, State]:
        """`solved` or `started` by id; whoever is not in it is new. A reset makes a kata unsolved again."""
        found: dict[str, State] = {}
        for event in self.events():
            name, what = event["kata"], event.get("event")
            if what == "verdict" and event.get("verdict") == "solved":
                found[name] = "solved"
            elif what == "reset":
                found[name] = "started"
            elif what in ("start", "verdict"):
                found.setdefault(name, "started")
        # A copy with changes in it is a beginning, even where the history was lost.
        for kata in self.tree.katas():
            if kata.id not in found and _is_changed(kata):
                found[kata.id] = "started"
        return found

    def latest(self) -> str:
        """The kata that was last worked on; empty where there is none."""
        worked = [event["kata"] for event in self.events() if event["event"] in WORK]
        return worked[-1] if worked else ""

    def state(self, kata: Kata) -> State:
        return self.states().get(kata.id, "new")

    def hints(self, kata: Kata) -> int:
        """How many hints were taken since the kata was last reset."""
        taken = 0
        for event in self.events():
            if event["kata"] == kata.id:
                taken = 0 if event.get("event") == "reset" else taken + (event.get("event") == "hint")
        return taken

    def prediction(self, kata: Kata) -> str:
        """The learner's last answer to Predict; empty where there is none, or it was skipped."""
        answers = [
            e.get("answer", "") for e in self.events() if e["kata"] == kata.id and e["event"] == "prediction"
        ]
        return str(answers[-1]) if answers else ""

    def predicted(self, kata: Kata) -> bool:
        """Whether the question was put already, or came too late to be put."""
        return any(
            event["event"] == "prediction"
            or (event["event"] == "verdict" and event.get("verdict") != "untouched")
            for event in self.events()
            if event["kata"] == kata.id
        )

    def tried(self, kata: Kata) -> bool:
        """Whether anything but a solution was ever checked: a copy that is given begins solved."""
        mine = (event for event in self.events() if event["kata"] == kata.id)
        return any(event["event"] == "verdict" and event.get("verdict") != "solved" for event in mine)

    def keep(self, kata: Kata) -> Path | None:
        """Copy the learner's file to `.kata/kept/`; say where it went, or None if there is no file.

        Done before every check and before anything is overwritten. The name holds the time and the
        content's hash: the same content is kept once. Raises OSError where it can't be kept.
        """
        try:
            content = kata.copy.read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None
        return self.keep_text(kata, content)

    def keep_text(self, kata: Kata, content: bytes) -> Path:
        """Keep `content` as a version of the learner's file, and say where."""
        folder = self.tree.private / "kept" / kata.track / kata.name
        for kept in folder.glob(f"*-{digest(content)}.py"):
            return kept
        now = time.time()
        stamp = time.strftime(f"{STAMP}Z", time.gmtime(now)) + f"-{int(now % 1 * 1000):03}"
        kept = folder / f"{stamp}-{digest(content)}.py"
        atomic.write_text(kept, content)
        return kept

    def versions(self, kata: Kata) -> list[Version]:
        """Every version of the learner's file that was kept, oldest first, with its last verdict."""
        verdicts = {
            str(event.get("program")): str(event.get("verdict"))
            for event in self.events()
            if event["kata"] == kata.id and event.get("event") == "verdict"
        }
        names = [old for old, new in self.renamed.items() if new == kata.id]
        folders = [self.tree.private / "kept" / name for name in (kata.id, *names)]
        found = []
        for file in (file for folder in folders for file in folder.glob("*.py")):
            if (at := _kept_at(file.stem)) is not None:
                verdict = verdicts.get(file.stem.rpartition("-")[2], "not checked")
                found.append(Version(file, verdict, at))
        return sorted(found, key=lambda version: (version.at, version.file.name))


@dataclass(frozen=True)
class Version:
    """One kept version of a learner's file."""

    file: Path
    verdict: str
    at: datetime

    @property
    def when(self) -> str:
        """On the clock of this place, as in 2026-11-21 14:05:09."""
        return self.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _kept_at(name: str) -> datetime | None:
    """When a version of this name was kept; None if that isn't the name of one.

    With a Z it's the time of UTC, which no clock that is put back makes ambiguous. Earlier releases
    wrote local time, without a Z.
    """
    match = VERSION.fullmatch(name)
    if match is None:
        return None
    try:
        at = datetime.strptime(match["stamp"], STAMP).replace(microsecond=1000 * int(match["part"]))
        return at.replace(tzinfo=UTC) if match["utc"] else at.astimezone()
    except (ValueError, OverflowError, OSError):  # no day of any calendar, or too far away for the system
        return None


def _is_changed(kata: Kata) -> bool:
    """Whether the learner's copy is there and is neither of the texts that it can have begun with."""
    try:
        copy = kata.copy.read_bytes()
    except OSError:
        return False
    return all(copy != start.read_bytes() for start in (kata.broken, kata.fixed) if start.is_file())


def digest(program: bytes) -> str:
    """The hash by which the history and the kept versions know a program."""
    return hashlib.sha256(program).hexdigest()[:12]


def _by_time(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Oldest first. An event without a time that can be read stays behind the one before it."""
    times: list[float] = []
    for event in events:
        when = event.get("at")
        if not (isinstance(when, int | float) and -math.inf < when < math.inf):
            when = times[-1] if times else 0.0
        times.append(when)
    return [event for _, event in sorted(zip(times, events, strict=True), key=lambda pair: pair[0])]


def _event(line: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
        usable = (
            event["schema"] == SCHEMA and isinstance(event["kata"], str) and isinstance(event["event"], str)
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return event if usable else None
