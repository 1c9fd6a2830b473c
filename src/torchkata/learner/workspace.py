"""What a learner does with one kata: start, check, hint, difference, reset. Nothing here is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from rich.console import Console, Group, RenderableType
from rich.markdown import Markdown
from rich.table import Table
from rich.text import Text

from torchkata.collection.catalogue import Entry
from torchkata.collection.starting import starting_text
from torchkata.judging.judge import Judge
from torchkata.judging.verdict import Verdict
from torchkata.learner import screen
from torchkata.learner.progress import Progress, digest
from torchkata.system import atomic
from torchkata.system.devices import missing_need
from torchkata.system.paths import shown

PARALLEL = 2  # checks at a time


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


def start(entry: Entry, progress: Progress) -> str:
    """Make the learner's copy if there is none; never touch one that is there."""
    copy = entry.kata.copy
    for old, new in progress.renamed.items():
        former = progress.tree.kata(old).copy
        if new == entry.id and former.is_file() and not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            former.rename(copy)
            return f"Your file: {shown(copy)} (it was {shown(former)}; the kata has a new name)"
    if copy.exists():
        return f"Your file: {shown(copy)}"
    atomic.write_text(copy, starting_text(entry))
    progress.record(entry.kata, "start")
    return f"Your file (new): {shown(copy)}"


def check(judge: Judge, entry: Entry, progress: Progress) -> Verdict:
    """Check the learner's copy, keep that version, and remember the verdict."""
    kata = entry.kata
    program = kata.copy.read_bytes()
    progress.keep(kata)
    found = judge.check(entry, program, shown(kata.copy))
    remember(found, program, entry, progress)
    return found


def check_all(judge: Judge, entries: Sequence[Entry], progress: Progress, console: Console) -> None:
    """Check every copy that there is, two at a time, and print what became of each."""
    begun = [entry for entry in entries if entry.kata.copy.is_file()]
    with ThreadPoolExecutor(PARALLEL) as pool:
        checks = pool.map(lambda entry: check(judge, entry, progress), begun)
        for number, found in enumerate(checks, start=1):
            label, style, _ = screen.LABELS[found.verdict]
            console.print(f"{number:>3}/{len(begun)}  {found.kata:<36} {label}", style=style, markup=False)
    console.print(f"{len(begun)} started of {len(entries)} katas.", markup=False)


def remember(found: Verdict, program: bytes, entry: Entry, progress: Progress) -> None:
    progress.record(
        entry.kata,
        "verdict",
        verdict=found.verdict,
        wrong_fix=found.wrong_fix,
        program=digest(program),
        seconds=found.seconds,
    )


def hint(entry: Entry, progress: Progress) -> RenderableType:
    """The next hint, counted; after the last one, all of them again."""
    hints, taken = entry.card.hints, progress.hints(entry.kata)
    if taken < len(hints):
        progress.record(entry.kata, "hint")
        return Markdown(f"**Hint {taken + 1} of {len(hints)}**\n\n{hints[taken]}")
    told = "\n\n".join(f"**Hint {n}**\n\n{text}" for n, text in enumerate(hints, start=1))
    return Markdown(f"{told}\n\nThose are all the hints. `kata diff {entry.id} --anyway` shows the answer.")


def differences(entry: Entry) -> RenderableType:
    """What the fix changes, and what the learner changed."""
    kata = entry.kata
    broken, fixed = (file.read_text(encoding="utf-8") for file in (kata.broken, kata.fixed))
    parts = [screen.difference(broken, fixed, "broken", "fixed")]
    if kata.copy.is_file():
        mine = kata.copy.read_text(encoding="utf-8", errors="replace")
        parts.append(screen.difference(broken, mine, "broken", "yours"))
    return Group(*parts)


def history(entry: Entry, progress: Progress) -> RenderableType:
    """Every kept version, numbered from the oldest, with what was said of it."""
    versions = progress.versions(entry.kata)
    if not versions:
        return Text(f"No version of {entry.id} was kept yet: every checked one will be.")
    now = digest(entry.kata.copy.read_bytes()) if entry.kata.copy.is_file() else ""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("N", "kept", "verdict", ""):
        table.add_column(heading)
    for number, version in enumerate(versions, start=1):
        here = "the file as it is" if now and version.file.stem.endswith(now) else ""
        table.add_row(str(number), version.when, version.verdict, here)
    return Group(table, Text(f"Bring one back: kata restore {entry.id} N"))


def restore(entry: Entry, number: int, progress: Progress) -> str:
    """Bring back version `number`; the file as it is now is kept. Raises ValueError for no such version."""
    versions = progress.versions(entry.kata)
    if not 1 <= number <= len(versions):
        raise ValueError(f"{entry.id} has {len(versions)} kept versions; see: kata history {entry.id}")
    progress.keep(entry.kata)
    atomic.write_text(entry.kata.copy, versions[number - 1].file.read_bytes())
    progress.record(entry.kata, "restore", version=versions[number - 1].file.name)
    return f"{shown(entry.kata.copy)} is version {number} again, of {versions[number - 1].when}."


def reset(entry: Entry, progress: Progress) -> str:
    """Begin again; the file as it was is kept, and the message says where."""
    kept = progress.keep(entry.kata)
    atomic.write_text(entry.kata.copy, starting_text(entry))
    progress.record(entry.kata, "reset")
    where = f" What you had is in {shown(kept)}." if kept else ""
    return f"{shown(entry.kata.copy)} is as it was at the start.{where}"
