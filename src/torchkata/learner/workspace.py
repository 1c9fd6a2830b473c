"""What a learner does with one kata: start, check, hint, difference, reset. Nothing here is lost."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from torchkata.collection.catalogue import Entry
from torchkata.collection.starting import starting_text
from torchkata.learner import solved
from torchkata.learner.progress import Progress, Version, digest
from torchkata.show.code import difference, markdown
from torchkata.show.verdicts import LABELS
from torchkata.system import atomic
from torchkata.system.devices import missing_need
from torchkata.system.paths import shown
from torchkata.system.trouble import told

if TYPE_CHECKING:  # a hint needs no judge
    from torchkata.judging.judge import Judge
    from torchkata.judging.verdict import Verdict
    from torchkata.judging.worker import Cancel

UNCHECKED = "not checked"


def following(
    entries: Sequence[Entry], states: Mapping[str, str], device: str, after: Entry | None = None
) -> Entry | None:
    """The next unsolved kata behind `after` in learning order, else the first unsolved one."""
    place = entries.index(after) + 1 if after is not None else 0
    for entry in [*entries[place:], *entries[:place]]:
        possible = not missing_need(list(entry.card.needs), device)
        if possible and entry is not after and states.get(entry.id) != "solved":
            return entry
    return None


def resuming(entries: Sequence[Entry], progress: Progress, device: str) -> Entry | None:
    """Where the learner was last, if that isn't solved; else the first kata that isn't."""
    states, latest = progress.states(), progress.latest()
    for entry in entries:
        if entry.id == latest and states.get(entry.id) == "started":
            return entry
    return following(entries, states, device)


def start(entry: Entry, progress: Progress) -> str:
    """Make the learner's copy if there is none; never touch one that is there."""
    copy = entry.kata.copy
    for old, new in progress.renamed.items():
        former = progress.tree.kata(old).copy
        if new == entry.id and follow(entry, former):
            return f"Your file: {shown(copy)} (it was {shown(former)}; the kata has a new name)"
    if copy.exists():
        return f"Your file: {shown(copy)}"
    atomic.write_text(copy, starting_text(entry))
    progress.record(entry.kata, "start")
    return f"Your file (new): {shown(copy)}"


def follow(entry: Entry, former: Path, earlier: bytes | None = None) -> bool:
    """Move the learner's file of the kata's former name to its name of today, unless they have work there.

    earlier: what a fresh copy also held, before an update
    """
    copy = entry.kata.copy
    if not former.is_file() or (os.path.lexists(copy) and not _is_fresh(entry, earlier)):
        return False
    copy.parent.mkdir(parents=True, exist_ok=True)
    former.replace(copy)
    return True


def _is_fresh(entry: Entry, earlier: bytes | None) -> bool:
    try:
        return entry.kata.copy.read_bytes() in (starting_text(entry), earlier)
    except OSError:
        return False


def check(
    judge: Judge, entry: Entry, progress: Progress, cancel: Cancel | None = None
) -> tuple[Verdict, str]:
    """Check the learner's copy, keep that version, and remember the verdict. Raises `Cancelled`.

    Returns the verdict, and why it or the version could not be written down; empty if they are.
    """
    kata, lost = entry.kata, ""
    program = kata.copy.read_bytes()
    try:
        progress.keep(kata)
    except OSError as problem:
        lost = told(problem)
    found = judge.check(entry, program, shown(kata.copy), cancel)
    try:
        remember(found, program, entry, progress)
    except OSError as problem:
        lost = told(problem)
    return found, lost


def is_changed(entry: Entry) -> bool:
    """Whether there is a copy, and it is not what it started from."""
    try:
        return entry.kata.copy.read_bytes() != starting_text(entry)
    except OSError:
        return False


def remember(found: Verdict, program: bytes, entry: Entry, progress: Progress) -> None:
    progress.record(
        entry.kata,
        "verdict",
        verdict=found.verdict,
        wrong_fix=found.wrong_fix,
        program=digest(program),
        seconds=found.seconds,
        failure=found.first_failed.sentence if found.first_failed is not None else "",
    )
    if found.verdict == "solved":
        solved.add(progress.tree, entry.id)


def hint(entry: Entry, progress: Progress, *, keys: bool = False) -> RenderableType:
    """The next hint, counted; after the last one, all of them again.

    keys: whether the reader has single keys at hand, or types commands
    """
    hints, taken = entry.card.hints, progress.hints(entry.kata)
    if taken < len(hints):
        text = markdown(f"**Hint {taken + 1} of {len(hints)}**\n\n{hints[taken]}")
        try:
            progress.record(entry.kata, "hint")
        except OSError as problem:
            return Group(text, Text(f"\nNot recorded: {told(problem)}"))
        return text
    every = "\n\n".join(f"**Hint {n}**\n\n{text}" for n, text in enumerate(hints, start=1))
    answer = "d shows the answer." if keys else f"The answer: `kata diff {entry.id} --anyway`"
    return markdown(f"{every}\n\nThose are all the hints. {answer}")


def history(entry: Entry, progress: Progress) -> RenderableType:
    """Every kept version, numbered from the oldest, with its verdict; unchecked ones in a row are folded."""
    versions = progress.versions(entry.kata)
    if not versions:
        return Text(f"No version of {entry.id} has been kept yet: every one that you check will be.")
    now = digest(entry.kata.copy.read_bytes()) if entry.kata.copy.is_file() else ""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("N", "kept", "verdict", ""):
        table.add_column(heading)
    first = None  # of the unchecked versions that nobody has seen a line about
    for number, version in enumerate(versions, start=1):
        here = "the file as it is" if now and version.file.stem.endswith(now) else ""
        following = versions[number] if number < len(versions) else None
        if version.verdict == UNCHECKED and not here and following and following.verdict == UNCHECKED:
            first = first or number
            continue
        folded = f"{first}-{number}" if first else str(number)
        saves = f"{UNCHECKED} ({number - first + 1} saves)" if first else _called(version.verdict)
        table.add_row(folded, version.when, saves, here)
        first = None
    ways = f"See one: kata history {entry.id} N. Bring one back: kata restore {entry.id} N"
    return Group(table, Text(ways))


def _called(verdict: str) -> str:
    """A verdict by the name that it had on the screen."""
    return {str(kind): label for kind, (label, *_) in LABELS.items()}.get(verdict, verdict)


def version(entry: Entry, number: int, progress: Progress) -> RenderableType:
    """What version `number` changed against the one before it, or against the start. Raises ValueError."""
    versions = _numbered(entry, number, progress)
    chosen = versions[number - 1]
    before = versions[number - 2].file.read_bytes() if number > 1 else starting_text(entry)
    texts = [text.decode("utf-8", errors="replace") for text in (before, chosen.file.read_bytes())]
    name = f"version {number - 1}" if number > 1 else "the start"
    said = Text(f"Version {number} of {entry.id}, kept {chosen.when}: {_called(chosen.verdict)}.")
    return Group(said, difference(texts[0], texts[1], name, f"version {number}"))


def restore(entry: Entry, number: int, progress: Progress) -> str:
    """Bring back version `number`; the file as it is now is kept. Raises ValueError for no such version."""
    versions = _numbered(entry, number, progress)
    progress.keep(entry.kata)
    atomic.write_text(entry.kata.copy, versions[number - 1].file.read_bytes())
    progress.record(entry.kata, "restore", version=versions[number - 1].file.name)
    return f"{shown(entry.kata.copy)} is version {number} again, of {versions[number - 1].when}."


def _numbered(entry: Entry, number: int, progress: Progress) -> list[Version]:
    versions = progress.versions(entry.kata)
    if not 1 <= number <= len(versions):
        raise ValueError(f"{entry.id} has {len(versions)} kept versions; see: kata history {entry.id}")
    return versions


def reset(entry: Entry, progress: Progress) -> str:
    """Start over; the file as it was is kept, and the message says where."""
    kept = progress.keep(entry.kata)
    atomic.write_text(entry.kata.copy, starting_text(entry))
    progress.record(entry.kata, "reset")
    solved.remove(progress.tree, entry.id)
    where = f" What you had is in {shown(kept)}." if kept else ""
    return f"{shown(entry.kata.copy)} is as it was at the start.{where}"
