"""A kata's card: what a person reads, and all metadata. TOML between `+++` lines, then headings."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

HEADINGS = (
    "Symptom",
    "See it",
    "Predict",
    "Task",
    "Hint 1",
    "Hint 2",
    "Hint 3",
    "Once it is fixed",
    "Why",
    "Rule",
    "What if",
    "In a room",
    "Again",
    "Answer",
)
BEFORE_SOLVED = HEADINGS[: HEADINGS.index("Task") + 1]
WITHHELD = "This part is with your teacher."  # in place of an answer, in a dojo for a class
KINDS = ("loud", "warns", "silent")
NEEDS = ("cpu", "cuda", "fork", "network")


class CardError(ValueError):
    """A card that cannot be read; the message names the file, the place and the remedy."""


@dataclass(frozen=True)
class Card:
    """One card. `sections` maps each heading to its text, in the order of the file."""

    id: str
    title: str
    pitfall: str
    kind: str
    level: int
    minutes: int
    sources: tuple[str, ...]
    sections: dict[str, str]
    after: tuple[str, ...] = ()
    twin: str | None = None
    alike: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    given: bool = False
    no_stand_in: str = ""  # why it isn't checked on the stand-in device (--device lazy)

    @property
    def track(self) -> str:
        return self.id.partition("/")[0]

    @property
    def hints(self) -> list[str]:
        return [text for heading, text in self.sections.items() if heading.startswith("Hint ")]

    @property
    def answer(self) -> str:
        """The letter of the right option under Predict: the first word of Why. Empty where it is withheld."""
        return "" if self.sections["Why"] == WITHHELD else self.sections["Why"].strip()[:1]


FIELDS: dict[str, type] = {
    "title": str,
    "pitfall": str,
    "kind": str,
    "level": int,
    "minutes": int,
    "sources": list,
    "after": list,
    "twin": str,
    "alike": list,
    "needs": list,
    "messages": list,
    "words": list,
    "given": bool,
    "no_stand_in": str,
}
REQUIRED = ("title", "pitfall", "kind", "level", "minutes", "sources")


def read(file: Path) -> Card:
    """The card in `file`. Raises `CardError` for the first thing that is wrong with it."""
    meta, body = _split(file)
    for name, kind in FIELDS.items():
        # By type() alone: true and false would otherwise pass for integers.
        if name in meta and type(meta[name]) is not kind:
            raise CardError(f"{file}: {name} must be {kind.__name__}, not {meta[name]!r}")
        if kind is list and not all(isinstance(item, str) for item in meta.get(name, [])):
            raise CardError(f"{file}: {name} must be a list of strings, not {meta[name]!r}")
        if name in REQUIRED and name not in meta:
            raise CardError(f"{file}: {name} is missing between the +++ lines")
    for name in meta:
        if name not in FIELDS:
            raise CardError(f"{file}: unknown field {name!r}; known are {', '.join(FIELDS)}")
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in meta.items()
    }
    return Card(id=f"{file.parent.name}/{file.stem}", sections=_sections(file, body), **values)


@lru_cache(maxsize=1024)
def read_meta(file: Path) -> dict[str, Any]:
    """Only what stands between the +++ lines, unchecked: for those who want one field."""
    return _split(file)[0]


def _split(file: Path) -> tuple[dict[str, Any], str]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise CardError(f"{file}: cannot be read: {problem}") from None
    parts = re.split(r"^\+\+\+[ \t]*$", text, maxsplit=2, flags=re.MULTILINE)
    if len(parts) != 3 or parts[0].strip():
        raise CardError(f"{file}: a card begins with TOML between two +++ lines")
    try:
        return tomllib.loads(parts[1]), parts[2]
    except tomllib.TOMLDecodeError as problem:
        raise CardError(f"{file}: between the +++ lines: {problem}") from None


def _sections(file: Path, body: str) -> dict[str, str]:
    """The text under each heading. A `## ` inside a code fence is code, not a heading."""
    sections: dict[str, list[str]] = {}
    current: list[str] | None = None
    fenced = False
    for line in body.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        if line.startswith("## ") and not fenced:
            heading = line.removeprefix("## ").strip()
            if heading in sections:
                raise CardError(f"{file}: the heading {heading!r} stands there twice")
            current = sections[heading] = []
        elif current is not None:
            current.append(line)
        elif line.strip():
            raise CardError(f"{file}: text before the first heading: {line.strip()!r}")
    if fenced:
        raise CardError(f"{file}: a ``` fence under {next(reversed(sections), '')!r} is never closed")
    if tuple(sections) != HEADINGS:
        missing = [heading for heading in HEADINGS if heading not in sections]
        unknown = [heading for heading in sections if heading not in HEADINGS]
        problem = f"missing: {', '.join(missing)}" if missing else ""
        problem += f"{'; ' if problem and unknown else ''}unknown: {', '.join(unknown)}" if unknown else ""
        order = f"the headings are, in this order: {', '.join(HEADINGS)}"
        raise CardError(f"{file}: {problem or 'headings out of order'}; {order}")
    return {heading: "\n".join(lines).strip() for heading, lines in sections.items()}
