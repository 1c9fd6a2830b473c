"""What a learner has done with each case, from the one history; and how far they are in each family."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from torchkata.cases.shelf import Case
from torchkata.learner.progress import Progress

# Nobody who reads the history learns what was planted: cases have their numbers there.
NAME = "case/{number}"
GIVEN, OPENED, DIAGNOSED, LOOKED, FOUND, GAVE_UP = (
    "case given",
    "case opened",
    "case diagnosis",
    "case look",
    "case found",
    "case given up",
)
# Checks in the budget, by level: those of a project that differs from what was checked before, "looks".
BUDGET = {1: 3, 2: 4, 3: 5}


@dataclass
class Record:
    """One case, since it was given last.

    diagnosis: the first one; "" where it was skipped, None where there is none yet
    seen:      the digests of what was checked
    ended:     "" · found · gave up
    right:     whether that diagnosis was right; None where that Python could not tell
    before:    the time before, where the case was given again
    """

    given: float = 0.0
    ended_at: float = 0.0
    surprise: bool = False
    diagnosis: str | None = None
    seen: list[str] = field(default_factory=list)
    ended: str = ""
    right: bool | None = False
    before: Record | None = None

    @property
    def looks(self) -> int:
        return len(self.seen)

    @property
    def first(self) -> Record:
        """Of a case that was given more than once, the first time: later ones are easier."""
        return self.before.first if self.before is not None else self


class Records:
    """Reads and writes what happens to cases."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress

    def write(self, case: Case, event: str, **content: Any) -> None:
        self.progress.record(NAME.format(number=case.number), event, **content)

    def all(self) -> dict[str, Record]:
        """Number → record, the case given or opened last at the end."""
        return read(self.progress.events())

    def of(self, case: Case) -> Record:
        return self.all().get(case.number, Record())


def read(events: Iterable[dict[str, Any]]) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for event in events:
        prefix, _, number = event["kata"].partition("/")
        what = event["event"]
        if prefix != "case":
            continue
        if what == GIVEN:
            before = found.pop(number, None)  # and so the one given last comes last
            before = before if before is not None and before.ended else None
            found[number] = Record(at(event), surprise=bool(event.get("surprise")), before=before)
        elif what == OPENED and number in found:
            found[number] = found.pop(number)
        record = found.setdefault(number, Record())
        if what == DIAGNOSED and record.diagnosis is None and not record.ended:
            record.diagnosis = str(event.get("words", ""))
        elif what == LOOKED:
            record.seen.append(str(event.get("digest", "")))
        elif what in (FOUND, GAVE_UP) and not record.ended:
            record.ended = "found" if what == FOUND else "gave up"
            right = event.get("right")
            record.ended_at, record.right = at(event), None if right is None else right is True
    return found


def at(event: dict[str, Any]) -> float:
    """When it was; long ago, where that can't be read."""
    when = event.get("at", 0.0)
    return float(when) if isinstance(when, int | float) and math.isfinite(when) else 0.0


@dataclass
class Family:
    """What a learner can do with one family of pitfalls: the track of the katas that drill them.

    diagnosed: cases in which the first diagnosis was right, of all that have ended
    """

    katas: int = 0
    solved: int = 0
    cases: int = 0
    found: int = 0
    in_budget: int = 0
    ended: int = 0
    diagnosed: int = 0


def families(
    cases: Iterable[Case], katas: Iterable[str], states: Mapping[str, str], records: Mapping[str, Record]
) -> dict[str, Family]:
    """Family → how far, for all families that have katas or cases."""
    made: dict[str, Family] = {}
    for kata in katas:
        family = made.setdefault(kata.partition("/")[0], Family())
        family.katas += 1
        family.solved += states.get(kata) == "solved"
    for case in cases:
        family = made.setdefault(case.plant.kata.partition("/")[0], Family())
        record = records.get(case.number, Record()).first
        family.cases += 1
        family.found += record.ended == "found"
        family.in_budget += record.ended == "found" and record.looks <= BUDGET[case.plant.level]
        family.ended += bool(record.ended)
        family.diagnosed += record.right is True
    return made
