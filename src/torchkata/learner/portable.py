"""A learner's work in one file: to another machine, or out of a folder that is about to be cleaned."""

from __future__ import annotations

import errno
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from torchkata.collection.catalogue import Catalogue
from torchkata.collection.starting import starting_text
from torchkata.learner import folders
from torchkata.learner.progress import Progress
from torchkata.system import atomic

HISTORY = "history.jsonl"
LARGEST = 64 << 20  # bytes of one file in the archive: what `kata check` takes as a program
# What zipfile raises where the content is damaged, encrypted, or packed in a way that is unknown here.
UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError)


class NoArchive(ValueError):
    """What was given is no export; the message says why."""


@dataclass
class Brought:
    """What an import did.

    kept:       katas whose copy here differs; the one brought is in their history
    cases:      folders of cases that came in
    cases_kept: those that are here and differ, and where the one brought is
    left_out:   files of the archive that have no place here, and why
    """

    copies: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    events: int = 0
    cases: list[str] = field(default_factory=list)
    cases_kept: dict[str, Path] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


def write(catalogue: Catalogue, target: Path) -> int:
    """Put copies, kept versions, folders of cases and history into the zip file `target`; how many copies
    it holds.

    Raises FileExistsError: what is there may be the work of another machine.
    """
    if target.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    tree = catalogue.tree
    copies = [entry.kata.copy for entry in catalogue.entries if entry.kata.copy.is_file()]
    kept = sorted((tree.private / "kept").rglob("*.py"))
    target.parent.mkdir(parents=True, exist_ok=True)
    with atomic.named(target):
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as stream, _new_archive(stream) as archive:
                for file in [*copies, *kept, *folders.files(tree)]:
                    archive.write(file, file.relative_to(tree.root).as_posix())
                if (tree.private / HISTORY).is_file():
                    archive.write(tree.private / HISTORY, f".kata/{HISTORY}")
            os.replace(name, target)
        except BaseException:
            os.unlink(name)
            raise
    return len(copies)


def _new_archive(stream: IO[bytes]) -> zipfile.ZipFile:
    # A zip file knows no time before 1980: a clock that is wrong is no reason to export nothing.
    return zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False)


def read(catalogue: Catalogue, source: Path) -> Brought:
    """Bring in what `write` has put together; nothing that is here is overwritten or lost.

    A copy goes where there is none, or where the one here is still as it started. Else it becomes the
    newest kept version, for `kata restore`. With a case's folder it's the same, but for one here that is as
    it started, which stays as well. Raises `NoArchive`, before anything is written.
    """
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError) as problem:
        raise NoArchive(f"{source} is no file that `kata export` wrote ({problem})") from None
    brought, tree = Brought(), catalogue.tree
    try:
        with archive:
            copies, kept, lines = _sorted_out(catalogue, archive, source, brought.left_out)
            cases = _cases(archive)
    except UNREADABLE as problem:
        raise NoArchive(f"{source} can't be read ({problem}); write it anew with: kata export FILE") from None
    progress = Progress(tree)
    for name, text in kept.items():
        if not (tree.root / name).exists():
            atomic.write_text(tree.root / name, text)
    known = set(_lines(tree.private / HISTORY))
    for line in lines:
        if line not in known:
            atomic.append_line(tree.private / HISTORY, line)
            brought.events += 1
    brought.cases, brought.cases_kept = folders.bring(tree, cases)
    for kata_id, text in copies.items():
        entry = catalogue[kata_id]
        here = entry.kata.copy.read_bytes() if entry.kata.copy.is_file() else None
        if here == text:
            continue
        if here is None or here == starting_text(entry):
            atomic.write_text(entry.kata.copy, text)
            brought.copies.append(kata_id)
        elif text != starting_text(entry):
            progress.keep_text(entry.kata, text)
            brought.kept.append(kata_id)
    return brought


def _sorted_out(
    catalogue: Catalogue, archive: zipfile.ZipFile, source: Path, left_out: dict[str, str]
) -> tuple[dict[str, bytes], dict[str, bytes], list[str]]:
    """Copies by id, kept versions by path, lines of history. Only names of ours leave the archive."""
    ids = {entry.id for entry in catalogue.entries}
    copies, kept, lines, ours = {}, {}, [], False
    for info in archive.infolist():
        parts = PurePosixPath(info.filename).parts
        if info.is_dir() or ".." in parts:
            continue
        is_history = parts == (".kata", HISTORY)
        is_copy = len(parts) == 3 and parts[0] == "katas" and parts[2].endswith(".py")
        is_kept = len(parts) > 3 and parts[:2] == (".kata", "kept") and parts[-1].endswith(".py")
        # Folders of cases are taken out by `_cases`.
        ours = ours or is_history or is_copy or folders.parts_of(info.filename) is not None
        if not (is_history or is_copy or is_kept):
            continue
        if info.file_size > LARGEST:
            left_out[info.filename] = "it's larger than any program"
        elif is_history:
            lines = _as_lines(archive.read(info))
        elif is_kept:
            kept[info.filename] = archive.read(info)
        elif (kata := f"{parts[1]}/{parts[2][:-3]}") in ids:
            copies[kata] = archive.read(info)
        else:
            left_out[info.filename] = "there is no such kata here"
    if not ours:
        raise NoArchive(f"{source} holds no copies and no history; write one with: kata export FILE")
    return copies, kept, [line for line in lines if line.strip()]


def _cases(archive: zipfile.ZipFile) -> dict[str, dict[str, bytes]]:
    """Folder of a case → path in it → content."""
    found: dict[str, dict[str, bytes]] = {}
    for info in archive.infolist():
        ours = folders.parts_of(info.filename)
        if ours is not None and not info.is_dir() and info.file_size <= folders.LARGEST:
            found.setdefault(ours[0], {})[ours[1]] = archive.read(info)
    return found


def _lines(file: Path) -> Iterator[str]:
    try:
        yield from _as_lines(file.read_bytes())
    except OSError:
        return


def _as_lines(history: bytes) -> list[str]:
    """Only the ends of lines of a file: a text within an event may hold others, such as U+2028."""
    return [line.decode("utf-8", errors="replace") for line in history.splitlines()]
