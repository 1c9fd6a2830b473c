"""The katas that an installation carries: which files they are, and where they lie.

`hatch_build.py` puts `files` of the repository into the wheel, and `kata init` writes `files` of the
wheel, or of the repository where the installation is editable: one list, so that both hold the same.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from torchkata.collection.layout import Kata, Tree

PAGES = ("katas/README.md", "katas/PITFALLS.md", "katas/QUIZ.md", "evidence.jsonl")


class NoContent(RuntimeError):
    """This installation carries no katas; the message says how to fix it."""


def installed() -> Tree:
    """The tree with this installation's katas: the wheel's own copy, or the repository behind an
    editable install. Raises `NoContent`."""
    package = Path(__file__).resolve().parents[1]
    for root in (package / "content", package.parent.parent):
        tree = Tree.find(root)
        if tree is not None and tree.root == root:
            return tree
    raise NoContent(
        "this installation of torchkata carries no katas; install it anew: "
        "pip install --force-reinstall --no-deps torchkata"
    )


def files(tree: Tree) -> list[Path]:
    """What belongs to the katas of `tree`: in a repository what git tracks of it, elsewhere all of it.

    Built up from cards and projects, so that a learner's copies, bytecode and strays are never among it.
    """
    tracked = _tracked(tree.root)
    found = [tree.root / page for page in PAGES] + sorted((tree.root / "plans").glob("*.toml"))
    for kata in tree.katas():
        if tracked is None or kata.card in tracked:
            found += [kata.card, kata.broken, kata.fixed, kata.test, *kata.rights, *kata.wrongs]
    for project in tree.cases.glob("*/project.toml"):
        name = project.parent.name
        found += [project, tree.root / "tests" / "cases" / f"test_{name}.py"]
        found += sorted(project.parent.glob("project/*.py")) + sorted(project.parent.glob("plants/*.toml"))
    return [file for file in found if file.is_file() and (tracked is None or file in tracked)]


def owner(tree: Tree, file: Path) -> Kata | None:
    """The kata that `file`, which need not exist, is a part of; None for pages and settings."""
    parts = file.relative_to(tree.root).parts
    if len(parts) < 3:
        return None
    stem = Path(parts[2]).stem
    for name in (stem, stem.removeprefix("test_")):
        kata = tree.kata(f"{parts[1]}/{name}")
        if file in (kata.card, kata.broken, kata.fixed, kata.test) or file.parent == kata.variants:
            return kata
    return None


def environment_for_git() -> dict[str, str]:
    """Ours, but a hook's GIT_DIR and GIT_INDEX_FILE speak of the repository that runs the hook."""
    return {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}


def _tracked(root: Path) -> set[Path] | None:
    """What git tracks at `root`; None where that cannot be asked, as in an unpacked sdist."""
    # Looked for here alone: git would also answer for a repository somewhere above.
    if not (root / ".git").exists():
        return None
    try:
        done = subprocess.run(
            ["git", "-C", str(root), "ls-files", "-z"],
            capture_output=True,
            env=environment_for_git(),
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):  # no git, or one that distrusts the folder's owner
        return None
    return {root / name for name in os.fsdecode(done.stdout).split("\0") if name}
