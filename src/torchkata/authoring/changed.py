"""Which katas differ from a git revision: those whose proof can have changed."""

from __future__ import annotations

import subprocess
from pathlib import Path

from torchkata.cases.shelf import Case, Shelf
from torchkata.collection import content
from torchkata.collection.catalogue import Catalogue, Entry
from torchkata.collection.layout import Tree

# What every proof depends on.
ENGINE = ("src/", "conftest.py", "pyproject.toml", "constraints.txt")


def changed(catalogue: Catalogue, revision: str) -> list[Entry]:
    """The katas with a file that differs from `revision`, untracked ones included; all of them if the
    engine differs. Raises ValueError where git can't say."""
    root, names = catalogue.tree.root, _names(catalogue.tree, revision)
    if any(name.startswith(ENGINE) for name in names):
        return list(catalogue.entries)
    ids = {kata.id for name in names if (kata := content.owner(catalogue.tree, root / name)) is not None}
    return [entry for entry in catalogue.entries if entry.id in ids]


def changed_cases(shelf: Shelf, revision: str) -> list[Case]:
    """As `changed`, of the case files: a plant is one case's own, all else of a project is every case's."""
    names = _names(shelf.tree, revision)
    if any(name.startswith(ENGINE) for name in names):
        return shelf.cases
    root = shelf.tree.root

    def differs(case: Case) -> bool:
        folder, test = case.project.folder.relative_to(root).as_posix(), case.project.test.relative_to(root)
        plant = case.plant.source.relative_to(root).as_posix()
        return any(
            name in (plant, test.as_posix())
            or (name.startswith(f"{folder}/") and not name.startswith(f"{folder}/plants/"))
            for name in names
        )

    return [case for case in shelf.cases if differs(case)]


def _names(tree: Tree, revision: str) -> list[str]:
    """Relative to the tree, which may lie below git's top folder."""
    return [
        *_git(tree.root, "diff", "-z", "--relative", "--name-only", "--no-renames", revision, "--"),
        *_git(tree.root, "ls-files", "-z", "--others", "--exclude-standard"),
    ]


def _git(root: Path, *arguments: str) -> list[str]:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=content.environment_for_git(),
            check=True,
        )
    except FileNotFoundError:
        raise ValueError("--changed asks git, which isn't installed") from None
    except subprocess.CalledProcessError as problem:
        raise ValueError(f"--changed: git says: {problem.stderr.strip()}") from None
    return [name for name in done.stdout.split("\0") if name]
