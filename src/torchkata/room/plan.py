"""What is done in a room, in which order, and for how long: `plan.toml`, read and checked."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, Literal

from torchkata.collection.catalogue import Catalogue, Entry, UnknownKata

# From facilitators' reports: in a room a kata is introduced, voted on and discussed as well as fixed.
SHORTEST, TIMES = 12, 3
STRETCH, BREAK = 60, 5  # minutes after which people need a break, and the shortest that is one

Kind = Literal["kata", "recognize", "break", "talk"]
KINDS: tuple[Kind, ...] = ("kata", "recognize", "break", "talk")
FIELDS = {"minutes": int, "note": str}


class PlanError(ValueError):
    """A plan that can't be read; the message names the file, the place and the remedy."""


@dataclass(frozen=True)
class Part:
    """One thing after the other.

    kind:    `kata` is fixed; `recognize` is predicted and explained, and not fixed
    entry:   the kata, if it is about one
    title:   what a break or a talk is called
    minutes: what the plan gives it
    """

    kind: Kind
    minutes: int
    entry: Entry | None = None
    title: str = ""
    note: str = ""

    @property
    def needed(self) -> int:
        """Minutes below which it can't be done in a room."""
        if self.entry is None:
            return BREAK if self.kind == "break" else 0
        whole = max(SHORTEST, TIMES * self.entry.card.minutes)
        return whole if self.kind == "kata" else -(-whole // 2)

    @property
    def name(self) -> str:
        return self.entry.id if self.entry is not None else self.title


@dataclass(frozen=True)
class Plan:
    """minutes: how long the room is ours"""

    title: str
    minutes: int
    parts: tuple[Part, ...]

    @property
    def entries(self) -> list[Entry]:
        return [part.entry for part in self.parts if part.entry is not None]

    @property
    def starts(self) -> list[int]:
        """The minute in which each part begins, and the one in which the last one ends."""
        return list(accumulate((part.minutes for part in self.parts), initial=0))

    @property
    def taken_for_granted(self) -> list[str]:
        """What some kata comes after and the plan doesn't hold: learners should have done it before."""
        inside = {entry.id for entry in self.entries}
        before = dict.fromkeys(other for entry in self.entries for other in entry.card.after)
        return [other for other in before if other not in inside]


def of(entries: Sequence[Entry]) -> Plan:
    """A plan of nothing but these katas, with the minutes that they need."""
    parts = [Part("kata", Part("kata", 0, entry).needed, entry) for entry in entries]
    title = entries[0].card.title if len(entries) == 1 else f"{len(entries)} katas"
    return Plan(title, sum(part.minutes for part in parts), tuple(parts))


def find(name: str, catalogue: Catalogue) -> Path | None:
    """The file of a plan, by its path or by the name of one that comes with the katas; None for neither."""
    for file in (Path(name), catalogue.tree.root / "plans" / f"{name.removesuffix('.toml')}.toml"):
        if file.suffix == ".toml" and file.is_file():
            return file
    return None


def read(file: Path, catalogue: Catalogue) -> Plan:
    """Raises `PlanError` for what isn't a plan, and for katas that there aren't."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise PlanError(f"{file}: {problem}") from None
    for name in table:
        if name not in ("title", "minutes", "part"):
            raise PlanError(f"{file}: unknown field {name!r}; a plan has title, minutes and [[part]]")
    title, minutes = _typed(file, table, "title", str), _typed(file, table, "minutes", int)
    rows = table.get("part")
    if not isinstance(rows, list) or not rows:
        raise PlanError(f"{file}: a plan has at least one [[part]]")
    parts = [_part(f"{file}: part {number}", row, catalogue) for number, row in enumerate(rows, start=1)]
    named = [part.entry.id for part in parts if part.entry is not None]
    if twice := {name for name in named if named.count(name) > 1}:
        raise PlanError(f"{file}: {', '.join(sorted(twice))} is in it twice")
    if not named:
        raise PlanError(f"{file}: no part is a kata")
    return Plan(title, minutes, tuple(parts))


def _typed(where: object, table: dict[str, Any], name: str, kind: type) -> Any:
    if type(table.get(name)) is not kind:
        raise PlanError(f"{where}: {name} must be {kind.__name__}, not {table.get(name)!r}")
    return table[name]


def _part(where: str, row: Any, catalogue: Catalogue) -> Part:
    kinds = [kind for kind in KINDS if isinstance(row, dict) and kind in row]
    if len(kinds) != 1:
        raise PlanError(f"{where} must have exactly one of {', '.join(KINDS)}")
    kind = kinds[0]
    if unknown := sorted(row.keys() - FIELDS.keys() - {kind}):
        raise PlanError(f"{where}: unknown field {unknown[0]!r}; known are {', '.join(FIELDS)}")
    given = {name: _typed(where, row, name, FIELDS[name]) for name in FIELDS if name in row}
    name = _typed(where, row, kind, str)
    entry = None
    if kind in ("kata", "recognize"):
        try:
            entry = catalogue[name]
        except UnknownKata as problem:
            raise PlanError(f"{where}: {problem}") from None
        if entry.card.pitfall == name:  # a plan lies open on a desk, and its names are read out
            raise PlanError(f"{where}: {name!r} gives the cause away; write {entry.id!r}")
    minutes = given.get("minutes", Part(kind, 0, entry).needed)
    if minutes < 1:
        raise PlanError(f"{where}: minutes must be 1 or more")
    return Part(kind, minutes, entry, "" if entry else name, given.get("note", ""))


def problems(plan: Plan) -> Iterator[str]:
    """Why this plan won't work in a room, a sentence each."""
    for part in plan.parts:
        if part.minutes < part.needed:
            yield f"{part.name} needs {part.needed} minutes in a room, and the plan gives it {part.minutes}"
    total = plan.starts[-1]
    if total > plan.minutes:
        yield f"its parts take {total} minutes and there are {plan.minutes}: {total - plan.minutes} too many"
    seen: set[str] = set()
    inside = {entry.id for entry in plan.entries}
    for entry in plan.entries:
        for before in entry.card.after:
            if before in inside and before not in seen:
                yield f"{before} must stand before {entry.id}, which comes after it"
        seen.add(entry.id)
    since = 0
    for start, part in zip(plan.starts, plan.parts):
        if part.kind == "break":
            since = start + part.minutes
        elif start + part.minutes - since > STRETCH:
            yield (
                f"no break between minute {since} and the end of {part.name} in minute "
                f"{start + part.minutes}: each hour has one"
            )
            since = start + part.minutes  # named once for each hour that lacks one


def table(plan: Plan) -> Iterator[str]:
    """A line for each part: when it begins, how long it takes, what it is."""
    names = {"kata": "", "recognize": " (to recognize, not to fix)", "break": " (break)", "talk": ""}
    for start, part in zip(plan.starts, plan.parts):
        yield f"{start // 60}:{start % 60:02}  {part.minutes:>3} min  {part.name}{names[part.kind]}"
