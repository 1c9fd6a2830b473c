"""The doctor's look at the dojo: its files, its disk, its watcher, and one check from end to end."""

from __future__ import annotations

import errno
import os
import shlex
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from torchkata import __version__
from torchkata.collection.card import CardError
from torchkata.collection.catalogue import Catalogue, CatalogueError
from torchkata.collection.layout import Tree
from torchkata.dojo import manifest
from torchkata.dojo.findings import Finding, Look
from torchkata.judging import worker
from torchkata.judging.judge import Judge

ROOM = 200 << 20  # bytes; a dojo needs little, but a full disk loses its history
WATCH_WAIT = 1000  # milliseconds for a notification


def looks(tree: Tree | None, here: Path, *, usable: bool) -> list[Look]:
    """What there is to look at. usable: whether torch is, so that a check can be tried."""
    if tree is None:
        return [lambda: _no_dojo(here), lambda: _disk(here)]
    found = [lambda: _dojo(tree), lambda: _disk(here), lambda: _private(tree), lambda: _watcher(tree)]
    return [*found, lambda: _check(tree)] if usable else found


def _no_dojo(here: Path) -> Iterator[Finding]:
    damaged = manifest.find(here)
    if damaged is not None:
        yield Finding("dojo", "wrong", f"{damaged} lacks some of its folders", "kata update")
    else:
        yield Finding("dojo", "note", "none here, nor in a folder above", "kata init dojo")


def _dojo(tree: Tree) -> Iterator[Finding]:
    ours = manifest.location(tree.root).is_file()
    try:
        said = f"{tree.root}, {len(Catalogue(tree).entries)} katas"
        changed = manifest.differing(tree.root) if ours else []
    except (CardError, CatalogueError) as problem:
        yield Finding("dojo", "wrong", str(problem), "kata update" if ours else "kata lint")
        return
    except manifest.DojoError as problem:
        yield Finding("dojo", "wrong", str(problem))
        return
    version = manifest.version(tree.root)
    if changed:
        named = ", ".join(changed[:3]) + (", ..." if len(changed) > 3 else "")
        said += f"; not as they were written: {named}"
        yield Finding("dojo", "note", said, "kata update (it keeps yours)")
    elif ours and version != __version__:
        yield Finding("dojo", "note", f"{said}, written by torchkata {version}", "kata update")
    else:
        yield Finding("dojo", "ok", said if ours else f"{said}; not made by `kata init`")


def _disk(here: Path) -> Iterator[Finding]:
    """Here, and where each check has its scratch folder."""
    for folder in dict.fromkeys([here, Path(tempfile.gettempdir())]):
        free = shutil.disk_usage(folder).free
        said = f"{free / (1 << 30):.1f} GiB free for {folder}"
        if free < ROOM:
            yield Finding("disk", "wrong", said, f"make room there: {ROOM >> 20} MiB at least")
        else:
            yield Finding("disk", "ok", said)


# No owner helps there.
MOUNTED = "it is mounted read-only; work in a copy of the folder, or in a new one: kata init DIR"


def _private(tree: Tree) -> Iterator[Finding]:
    """Whether history can be written, by writing beside it."""
    folder = tree.private
    fix = _owned(folder)
    made = not folder.exists()
    try:
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="doctor-", dir=folder) as scratch:
            Path(scratch, "a").write_text("a", encoding="utf-8")
            os.replace(Path(scratch, "a"), Path(scratch, "b"))
        locked = [file for file in folder.glob("*") if not os.access(file, os.R_OK | os.W_OK)]
    except OSError as problem:
        way = MOUNTED if problem.errno == errno.EROFS else fix
        yield Finding(".kata", "wrong", f"{folder} cannot be written to: {problem.strerror}", way)
        return
    finally:
        if made:
            with suppress(OSError):
                folder.rmdir()
    if locked:
        yield Finding(".kata", "wrong", f"{locked[0]} cannot be read and written", fix)
    else:
        yield Finding(".kata", "ok", f"{folder} can be written to")


def _watcher(tree: Tree) -> Iterator[Finding]:
    """Whether the system tells of a save, tried where the learner's copies are."""
    polls = "the loop looks at the files instead, some times a second"
    copies = tree.root / "katas"
    if not os.access(copies, os.W_OK):
        mounted = hasattr(os, "statvfs") and bool(os.statvfs(copies).f_flag & os.ST_RDONLY)
        way = MOUNTED if mounted else _owned(copies)
        yield Finding("watcher", "wrong", f"{copies} cannot be written to", way)
        return
    try:
        with tempfile.TemporaryDirectory(prefix=".doctor-", dir=copies) as folder:
            arrived = _notified(Path(folder))
    except ImportError:
        yield Finding("watcher", "wrong", f"watchfiles is not installed; {polls}", "pip install watchfiles")
        return
    except (OSError, RuntimeError) as problem:
        fix = "sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512"
        yield Finding("watcher", "wrong", f"no watch could be set: {problem}; {polls}", fix)
        return
    if arrived:
        yield Finding("watcher", "ok", "a save is noticed at once")
    else:
        said = f"no notification arrives in {tree.root}; {polls}"
        yield Finding("watcher", "note", said, "keep the dojo on a disk of this machine")


def _notified(folder: Path) -> bool:
    """Whether news of a file written in `folder` arrives."""
    import watchfiles

    heard = threading.Event()

    def write() -> None:
        number = 0
        while not heard.wait(0.05):  # the first may come before the watcher is up
            number += 1
            (folder / "saved").write_text(str(number), encoding="utf-8")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        changes = watchfiles.watch(
            folder,
            watch_filter=None,
            step=10,
            debounce=50,
            rust_timeout=WATCH_WAIT,
            yield_on_timeout=True,
            force_polling=False,
        )
        return bool(next(changes))
    finally:
        heard.set()
        writer.join()


def _owned(folder: Path) -> str:
    name = shlex.quote(str(folder))
    return f"sudo chown -R $(id -un) {name} && chmod -R u+rwX {name}"


def _check(tree: Tree) -> Iterator[Finding]:
    """The first kata's own fix, through the one function that every verdict comes from."""
    possible = (e for e in Catalogue(tree).entries if not e.card.needs and e.kata.fixed.is_file())
    entry = next(possible, None)
    if entry is None:
        return
    try:
        with Judge(tree, [entry.kata]) as judge:
            found = judge.check(entry, entry.kata.fixed.read_bytes(), entry.kata.fixed)
    except (worker.WorkerError, OSError) as problem:
        said = f"could not be made: {problem}"
    else:
        if found.verdict == "solved":
            yield Finding("a check", "ok", f"fixed/{entry.id}.py: solved, in {found.seconds:.2f} s")
            return
        words = found.message or (found.first_failed.message if found.first_failed else "")
        said = f"fixed/{entry.id}.py is {found.verdict}, not solved: {words}"
    slower = "try the slower road: TORCHKATA_FORK=0 kata doctor" if worker.can_fork() else ""
    yield Finding("a check", "wrong", said, slower)
