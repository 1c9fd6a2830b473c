"""A plant: one small edit that puts a bug into a project, and all that is known about it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torchkata.collection.programs import tree_of

LEVELS = (1, 2, 3)
QUESTIONS = 3
FIELDS = {
    "file": str,
    "kata": str,
    "level": int,
    "report": str,
    "symptom": str,
    "diagnosis": list,
    "truth": str,
    "ask": list,
    "edit": list,
    "right": list,
    "wrong": list,
}


class CaseError(ValueError):
    """A project or a plant that can't be read or applied; the message names the file and the field."""


@dataclass(frozen=True)
class Edit:
    """In `file`, the one occurrence of `old` becomes `new`."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Fix:
    """Another way of fixing it, right or tempting and wrong, as edits of the planted project."""

    name: str
    edits: tuple[Edit, ...]
    why: str = ""


@dataclass(frozen=True)
class Plant:
    """One planted bug. `source` is the file that it was read from, for messages."""

    name: str
    source: Path
    file: str
    kata: str
    level: int
    report: str
    symptom: str
    diagnosis: tuple[str, ...]
    truth: str
    asks: tuple[tuple[str, str], ...]
    edits: tuple[Edit, ...]
    rights: tuple[Fix, ...]
    wrongs: tuple[Fix, ...]

    def planted(self, healthy: Mapping[str, str]) -> dict[str, str]:
        """The project with the bug in it. Raises `CaseError`."""
        return applied(healthy, self.edits, f"{self.source}: edit")

    def fixed(self, healthy: Mapping[str, str], fix: Fix) -> dict[str, str]:
        """The planted project with one of the other fixes. Raises `CaseError`."""
        return applied(self.planted(healthy), fix.edits, f"{self.source}: {fix.name}")


def applied(files: Mapping[str, str], edits: tuple[Edit, ...], where: str) -> dict[str, str]:
    """The files after the edits, one after the other. Raises `CaseError` for an edit that doesn't fit, which
    is what tells when a project has changed under its plants."""
    texts = dict(files)
    for number, edit in enumerate(edits, start=1):
        if edit.file not in texts:
            raise CaseError(f"{where} {number}: the project has no {edit.file}; it has {', '.join(texts)}")
        count = texts[edit.file].count(edit.old)
        if count != 1:
            first = edit.old.strip().partition("\n")[0]
            raise CaseError(f"{where} {number}: old stands {count} times in {edit.file}, not once: {first!r}")
        texts[edit.file] = texts[edit.file].replace(edit.old, edit.new)
        if texts[edit.file].count("\r"):
            raise CaseError(f"{where} {number}: new has the line ends of Windows")
    for name in dict.fromkeys(edit.file for edit in edits):
        try:
            tree_of(texts[name], name)
        except SyntaxError as problem:
            raise CaseError(f"{where}: {name} doesn't parse afterwards: {problem}") from None
    if texts == dict(files):
        raise CaseError(f"{where}: it changes nothing")
    return texts


def read(source: Path) -> Plant:
    """The plant in `source`. Raises `CaseError` for the first thing that is wrong with it."""
    table = toml(source)
    require(table, FIELDS, source)
    if table["level"] not in LEVELS:
        raise CaseError(f"{source}: level is 1, 2 or 3, not {table['level']}")
    words = table["diagnosis"]
    if not words or not all(isinstance(word, str) and word.strip() for word in words):
        raise CaseError(f"{source}: diagnosis is a list of strings, with one at least")
    asks = [row for row in table["ask"] if isinstance(row, dict)]
    for row in asks:
        require(row, {"question": str, "answer": str}, source, "ask: ")
    if len(asks) != QUESTIONS or len(table["ask"]) != QUESTIONS:
        raise CaseError(f"{source}: ask: there are {len(table['ask'])} questions; {QUESTIONS} are wanted")
    return Plant(
        name=source.stem,
        source=source,
        **{name: table[name] for name in ("file", "kata", "level", "report", "symptom", "truth")},
        diagnosis=tuple(words),
        asks=tuple((row["question"], row["answer"]) for row in asks),
        edits=_edits(table["edit"], table["file"], source, "edit: "),
        rights=_fixes(table["right"], table["file"], source, "right"),
        wrongs=_fixes(table["wrong"], table["file"], source, "wrong"),
    )


def _fixes(rows: list[Any], file: str, source: Path, kind: str) -> tuple[Fix, ...]:
    wanted = {"name": str, "edit": list} | ({"why": str} if kind == "wrong" else {})
    found = []
    for row in rows:
        if not isinstance(row, dict):
            raise CaseError(f"{source}: {kind} must be tables, [[{kind}]]")
        require(row, wanted, source, f"{kind}: ", optional={"why": str})
        edits = _edits(row["edit"], file, source, f"{kind} {row['name']}: ")
        found.append(Fix(row["name"], edits, row.get("why", "")))
    names = [fix.name for fix in found]
    if len(set(names)) < len(names):
        raise CaseError(f"{source}: {kind}: two have the same name")
    return tuple(found)


def _edits(rows: list[Any], file: str, source: Path, where: str) -> tuple[Edit, ...]:
    found = []
    for row in rows:
        if not isinstance(row, dict):
            raise CaseError(f"{source}: {where}edits must be tables, with old and new")
        require(row, {"old": str, "new": str}, source, where, optional={"file": str})
        found.append(Edit(row.get("file", file), row["old"], row["new"]))
    if not found:
        raise CaseError(f"{source}: {where}there is no edit")
    return tuple(found)


def toml(source: Path) -> dict[str, Any]:
    """Raises `CaseError`."""
    try:
        return tomllib.loads(source.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise CaseError(f"{source}: can't be read: {problem}") from None


def require(
    table: Mapping[str, Any],
    wanted: Mapping[str, type],
    source: Path,
    where: str = "",
    optional: Mapping[str, type] | None = None,
) -> None:
    """Raise `CaseError` unless these fields are there, of these types, and no others."""
    known = {**wanted, **(optional or {})}
    for name in wanted:
        if name not in table:
            raise CaseError(f"{source}: {where}{name} is missing")
    for name, value in table.items():
        if name not in known:
            raise CaseError(f"{source}: {where}unknown field {name!r}; known are {', '.join(known)}")
        if type(value) is not known[name]:
            raise CaseError(f"{source}: {where}{name} must be {known[name].__name__}, not {value!r}")
