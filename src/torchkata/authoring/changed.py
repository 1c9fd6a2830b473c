"""Which katas differ from a git revision: those whose proof can have changed."""

from __future__ import annotations

import subprocess
from pathlib import Path

from torchkata.collection import content
from torchkata.collection.catalogue import Catalogue, Entry

# What every proof depends on.
ENGINE = ("src/", "conftest.py", "pyproject.toml", "constraints.txt")


def changed(catalogue: Catalogue, revision: str) -> list[Entry]:
    """The katas with a file that differs from `revision`, untracked ones included; all of them if the
    engine differs. Raises ValueError where git can't say."""
    root = catalogue.tree.root
    names = [
        *_git(root, "diff", "-z", "--name-only", "--no-renames", revision, "--"),
        *_git(root, "ls-files", "-z", "--others", "--exclude-standard"),
    ]
    if any(name.startswith(ENGINE) for name in names):
        return list(catalogue.entries)
    ids = {kata.id for name in names if (kata := content.owner(catalogue.tree, root / name)) is not None}
    return [entry for entry in catalogue.entries if entry.id in ids]


def _git(root: Path, *arguments: str) -> list[str]:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, encoding="utf-8", check=True
        )
    except FileNotFoundError:
        raise ValueError("--changed asks git, which isn't installed") from None
    except subprocess.CalledProcessError as problem:
        raise ValueError(f"--changed: git says: {problem.stderr.strip()}") from None
    return [name for name in done.stdout.split("\0") if name]
