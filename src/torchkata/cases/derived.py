"""A case as a kata, so that whatever judges katas judges cases: programs, proofs and limits included.

The katas lie in a tree of their own in the private folder, under numbers: nobody who comes across it learns
what was planted. Its programs are bundles; `broken` is the planted project, every other right fix is one more
`right_*`, and every wrong fix a `wrong_*`, the plant itself being the first: what fails as it does has the
symptom left. There is no `fixed`: the healthy project is the same for all of a project's plants.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from torchkata.cases.bundle import bundle
from torchkata.cases.plant import Fix
from torchkata.cases.shelf import Case
from torchkata.collection.card import Card
from torchkata.collection.catalogue import Entry
from torchkata.collection.layout import FOLDERS, Kata, Tree

TRACK = "case"
AS_PLANTED = "wrong_0"
CARD = "+++\n+++\n"  # what a learner reads is in the plant
SETTINGS = '[tool.pytest]\naddopts = ["--import-mode=importlib"]\npythonpath = ["."]\n'


def derived(tree: Tree) -> Tree:
    """The tree of the cases of `tree`, which may not have been written yet."""
    return Tree(tree.private / "cases")


def program(case: Case, files: Mapping[str, str]) -> bytes:
    """The files of a case's project as what the judge takes for one program."""
    return bundle(arranged(case, files), case.project.modules).encode()


def arranged(case: Case, files: Mapping[str, str]) -> dict[str, str]:
    """The project's own files, then what the learner has added that these name; the rest is their own."""
    found = {name: files[name] for name in case.project.files if name in files}
    waiting = {name: text for name, text in files.items() if name not in found}
    while named := [name for name in waiting if _names(found.values(), name.removesuffix(".py"))]:
        found |= {name: waiting.pop(name) for name in named}
    return found


def _names(texts: Iterable[str], module: str) -> bool:
    return any(re.search(rf"\b{module}\b", text) for text in texts)


def programs(case: Case) -> dict[str, bytes]:
    """Every program that belongs to a case, by the stem of its file; `broken` and the others."""
    made = {stem: program(case, files) for stem, files in texts(case).items()}
    # The judge takes what equals `broken` for a file that nobody has touched.
    return {"broken": made[AS_PLANTED]} | made | {AS_PLANTED: made[AS_PLANTED] + b"\n"}


def texts(case: Case) -> dict[str, dict[str, str]]:
    """The files of the planted project and of every fix, right or wrong, by the stem of the program."""
    fixes = {**rights(case), **wrongs(case)}
    fixed = {stem: case.plant.fixed(case.project.files, fix) for stem, fix in fixes.items()}
    return {AS_PLANTED: case.planted} | fixed


def rights(case: Case) -> dict[str, Fix]:
    """Stem of a file → the right fix in it."""
    return {f"right_{n}": fix for n, fix in enumerate(case.plant.rights, start=1)}


def wrongs(case: Case) -> dict[str, Fix]:
    """Stem of a file → the wrong fix in it."""
    return {f"wrong_{n}": fix for n, fix in enumerate(case.plant.wrongs, start=1)}


def put(tree: Tree, case: Case) -> Entry:
    """Write what differs of a case's kata, each file whole or not at all. Raises `CaseError`."""
    kata = derived(tree).kata(f"{TRACK}/n{case.number}")
    for folder in FOLDERS:
        (kata.root / folder).mkdir(parents=True, exist_ok=True)
    _write(kata.root / "pyproject.toml", SETTINGS.encode())
    _write(kata.test, case.project.test.read_bytes())
    made = programs(case)
    for stem, text in made.items():
        _write(_file(kata, stem), text)
    for file in (*kata.rights, *kata.wrongs):
        if file.stem not in made:
            file.unlink()
    _write(kata.card, CARD.encode())
    card = Card(
        id=kata.id,
        title=case.project.title,
        pitfall="",
        kind="silent",
        level=case.plant.level,
        minutes=0,
        sources=(),
        sections={},
    )
    return Entry(kata, card)


def _file(kata: Kata, stem: str) -> Path:
    return kata.broken if stem == "broken" else kata.variants / f"{stem}.py"


def _write(file: Path, text: bytes) -> None:
    """Without waiting for the disk: what a crash of the machine leaves half written is written anew."""
    try:
        if file.read_bytes() == text:
            return
    except OSError:
        pass
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".new")
    with os.fdopen(handle, "wb") as stream:
        stream.write(text)
    os.replace(name, file)
