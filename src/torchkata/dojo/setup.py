"""A dojo of one's own: written by `kata init`, renewed by `kata update`.

Init is an update of an empty folder, so that an update also finishes an init that was cut short.
"""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from torchkata import __version__
from torchkata.collection import card, content
from torchkata.collection.card import CardError
from torchkata.collection.catalogue import Entry
from torchkata.collection.layout import Kata, Tree
from torchkata.collection.starting import starting_text
from torchkata.dojo import manifest
from torchkata.dojo.for_class import without_answers
from torchkata.dojo.manifest import DojoError, digest
from torchkata.dojo.settings import SETTINGS
from torchkata.learner import workspace
from torchkata.system import atomic
from torchkata.system.paths import shown

# What people make before they install anything, and what nothing of ours is called.
BESIDE = {".git", ".venv", "venv", ".idea", ".python-version", ".DS_Store"}


@dataclass
class Changes:
    """What an update did; paths are relative to the dojo.

    kept:     file of ours that somebody had changed → the copy of it
    left:     changed files that the new version no longer has; they stay
    renamed:  a kata's old id → the one of today, where the learner's file has followed
    outdated: katas whose learner's copy is untouched and starts from an older text
    """

    root: Path
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    outdated: list[str] = field(default_factory=list)


def init(folder: Path, source: Tree, *, for_class: bool = False) -> Changes:
    """Write a dojo into `folder`, which is empty or does not exist. Raises `DojoError`.

    for_class: without the answers, now and after every update
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        there = sorted({entry.name for entry in folder.iterdir()} - BESIDE)
    except OSError as problem:
        raise DojoError(
            f"{folder} cannot be made a dojo ({problem.strerror}); name a new folder, as in: kata init dojo"
        ) from None
    root = folder.resolve()
    if manifest.location(root).exists():
        raise DojoError(f"{folder} is a dojo already; to bring in newer katas, go there and: kata update")
    if there:
        named = ", ".join(there[:3]) + (", ..." if len(there) > 3 else "")
        raise DojoError(
            f"{folder} is not empty (it has {named}); name a new folder, as in: kata init {folder / 'dojo'}"
        )
    with _explained():
        manifest.write(root, {}, for_class=for_class)
    return update(root, source)


def here(start: Path) -> Path:
    """The dojo at or above `start`. Raises `DojoError` where `kata init` made none."""
    root, tree = manifest.find(start), Tree.find(start)
    if root is not None:
        return root
    if tree is not None and (tree.root / "src" / "torchkata").is_dir():
        raise DojoError(f"{tree.root} is torchkata's own repository; newer katas come with: git pull")
    if tree is not None:
        raise DojoError(
            f"{tree.root} has no .kata/manifest.json, so that nobody knows what in it is yours; "
            "write a new dojo (kata init DIR) and copy katas/*/*.py and .kata/ into it"
        )
    raise DojoError("there is no dojo here; go to yours, or write one: kata init dojo")


def update(root: Path, source: Tree) -> Changes:
    """Make the dojo at `root` hold the katas of `source`. Raises `DojoError`.

    A learner's copies and history are never written to; a copy is moved if its kata has a new name.
    Anything else that is in the way is copied to `.kata/kept/` first.
    """
    tree, changes, old = Tree(root), Changes(root), manifest.read(root)
    for_class = manifest.is_for_class(root)
    with _explained():
        fresh = {
            file.relative_to(source.root).as_posix(): file.read_bytes() for file in content.files(source)
        }
        fresh = without_answers(source, fresh) if for_class else fresh
        fresh |= {path: text.encode() for path, text in SETTINGS.items()}
        for path in [*fresh, *old]:
            _inside(root, path)
        kept = f".kata/kept/update-{time.strftime('%Y%m%d-%H%M%S')}"
        before = {kata.id: _start_of(kata) for kata in tree.katas()}
        for path, new in fresh.items():
            _renew(changes, path, new, old.get(path), kept)
        _follow(changes, tree, before)
        _remove(changes, tree, {path: written for path, written in old.items() if path not in fresh})
        for kata in tree.katas():
            path = kata.card.relative_to(root).as_posix()
            if path in fresh and path not in old:
                _begin(kata)
            if _untouched(kata, before.get(kata.id)):
                changes.outdated.append(kata.id)
        manifest.write(root, {path: digest(new) for path, new in fresh.items()}, for_class=for_class)
    return changes


def welcome(changes: Changes) -> list[str]:
    """What to say after `kata init`: what there is now, and what to type."""
    katas = Tree(changes.root).katas()
    tracks = len({kata.track for kata in katas})
    lines = [f"A dojo with {len(katas)} katas in {tracks} tracks. Yours to edit: katas/<track>/<name>.py"]
    if any(Tree(changes.root).cases.glob("*/project.toml")):
        lines.append("And case files, whole projects with one bug to find: kata case")
    away = changes.root != Path.cwd()
    return [
        *lines,
        "Next:",
        *([f"    cd {shlex.quote(str(shown(changes.root)))}"] if away else []),
        "    kata",
    ]


def _without_plants(path: str) -> str:
    """Of a project of the case files only its folder: a plant's file is named after the bug."""
    return "/".join(path.split("/")[:2]) if path.startswith("cases/") else path


def summary(changes: Changes) -> list[str]:
    """What to say after `kata update`: what came and went, and where files that were changed are now."""
    tree = Tree(changes.root)

    def owners(paths: list[str]) -> list[str]:
        found = [(content.owner(tree, changes.root / path), path) for path in paths]
        return sorted({kata.id if kata is not None else _without_plants(path) for kata, path in found})

    def katas(paths: list[str]) -> list[str]:
        return owners([path for path in paths if path.endswith(".md") and path.count("/") == 2])

    new, removed = katas(changes.new), katas(changes.removed)
    other = [n for n in owners(changes.new + changes.changed + changes.removed) if n not in (*new, *removed)]
    groups = (("new", new), ("changed", other), ("removed", removed))
    lines = [f"{word}: {', '.join(names)}" for word, names in groups if names]
    lines += [
        f"{old} is {new} now; your file is {tree.kata(new).copy.relative_to(tree.root).as_posix()}"
        for old, new in changes.renamed.items()
    ]
    lines += [f"you had changed {path}; your version is in {copy}" for path, copy in changes.kept.items()]
    lines += [f"you had changed {path}; it stays, though it is no longer ours" for path in changes.left]
    for name in changes.outdated:
        mine = tree.kata(name).copy.relative_to(tree.root)
        lines.append(f"{mine} starts from an older text; for the new one: kata reset {name}")
    if not lines:
        lines.append(f"Nothing to do: this dojo holds the katas of torchkata {__version__}.")
        lines.append("Newer ones come with: pip install --upgrade torchkata")
    return lines


def _renew(changes: Changes, path: str, new: bytes, base: str | None, kept: str) -> None:
    """Write one file of ours, if that changes anything, keeping what somebody made of it."""
    target = changes.root / path
    mine = manifest.bytes_of(target)
    if digest(mine) == digest(new) or (path in SETTINGS and digest(new) == base):
        return  # settings are the user's to change; only a newer version of them is written
    if mine is not None and digest(mine) != base:
        atomic.write_text(changes.root / kept / path, mine)
        changes.kept[path] = f"{kept}/{path}"
    _place(target, new)
    (changes.new if mine is None else changes.changed).append(path)


def _remove(changes: Changes, tree: Tree, gone: dict[str, str]) -> None:
    """Take out what the new version no longer has. A kata with one changed file stays whole."""
    groups: dict[str, list[str]] = {}
    for path in gone:
        kata = content.owner(tree, changes.root / path)
        # The variants of a kata that stays come and go one by one.
        whole = kata is not None and kata.card.relative_to(tree.root).as_posix() in gone
        groups.setdefault(kata.id if kata is not None and whole else path, []).append(path)
    for paths in groups.values():
        there = {path: mine for path in paths if (mine := manifest.bytes_of(changes.root / path)) is not None}
        if any(digest(mine) != gone[path] for path, mine in there.items()):
            changes.left += there
            continue
        for path in there:
            (changes.root / path).unlink()
            changes.removed.append(path)
            for folder in list((changes.root / path).parents)[: path.count("/")]:
                with suppress(OSError):  # not empty: it holds a learner's copy, or another kata
                    folder.rmdir()


def _follow(changes: Changes, tree: Tree, before: dict[str, bytes | None]) -> None:
    """Move the learner's copies of renamed katas, before new ones are begun in their places."""
    for old, new in tree.renamed().items():
        kata = tree.kata(new)
        if not kata.card.is_file():
            continue  # renamed once, and no longer here
        if workspace.follow(Entry(kata, card.read(kata.card)), tree.kata(old).copy, before.get(new)):
            changes.renamed[old] = new
            before[new] = before.get(old)  # what the copy has begun with


def _begin(kata: Kata) -> None:
    """The learner's copy of a kata that is new here, unless something is there already."""
    if not os.path.lexists(kata.copy):
        _place(kata.copy, starting_text(Entry(kata, card.read(kata.card))))


def _start_of(kata: Kata) -> bytes | None:
    """The text that a copy of this kata starts from, or None where it cannot be read."""
    try:
        return starting_text(Entry(kata, card.read(kata.card)))
    except (CardError, OSError):
        return None


def _untouched(kata: Kata, before: bytes | None) -> bool:
    """Whether the copy is still the start of before, and the start is now another."""
    return before is not None and manifest.bytes_of(kata.copy) == before != _start_of(kata)


def _place(target: Path, new: bytes) -> None:
    """Replace a file in one step, with the permissions that new files have here."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.new")
    beside.write_bytes(new)
    beside.replace(target)


def _inside(root: Path, path: str) -> None:
    """Refuse a path that leads out of the dojo, through a link or through a manifest made by hand."""
    if ".." in PurePosixPath(path).parts or not (root / path).parent.resolve().is_relative_to(root):
        raise DojoError(f"{root / path} leads out of the dojo; remove that link, then: kata update")


@contextmanager
def _explained() -> Iterator[None]:
    """Say in one sentence what the file system refused."""
    try:
        yield
    except OSError as problem:
        raise DojoError(
            f"{problem.filename or 'the dojo'}: {problem.strerror}; nothing of yours was lost. "
            "Fix that, then: kata update"
        ) from None
