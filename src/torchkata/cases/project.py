"""A project: a small training program of several files, healthy, into which bugs are planted."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from torchkata.cases import plant
from torchkata.cases.plant import CaseError, Plant
from torchkata.collection.layout import Tree, is_name

ENTRY = "train.py"
FIELDS = {"title": str, "about": str, "level": int, "words": list, "gives": str, "torch": str}


@dataclass(frozen=True)
class Project:
    """One folder below cases/, read.

    about: two sentences that a learner reads
    words: the names of the tracks whose bugs it may have, and of what else it uses
    gives: what `python train.py` prints at its end when all is well
    torch: the releases whose numbers `gives` and the reports quote; others draw other random numbers, or
           round them otherwise
    files: name → text of the healthy project
    """

    folder: Path
    title: str
    about: str
    level: int
    words: tuple[str, ...]
    gives: str
    torch: SpecifierSet
    files: dict[str, str]
    test: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def modules(self) -> list[str]:
        """The names under which the files import one another."""
        return [file.removesuffix(".py") for file in self.files]

    def prints_its_numbers_on(self, torch: str) -> bool:
        """Whether reports quote what a program prints on this release."""
        return self.torch.contains(torch, prereleases=True)

    @cached_property
    def plants(self) -> list[Plant]:
        """By name. Raises `CaseError`."""
        return [plant.read(file) for file in sorted((self.folder / "plants").glob("*.toml"))]


def names(tree: Tree) -> list[str]:
    """The projects of a tree."""
    return sorted(file.parent.name for file in tree.cases.glob("*/project.toml"))


def is_taken(module: str) -> bool:
    """Whether a file of this name would be imported instead of a module that others need."""
    return module in sys.stdlib_module_names or module == "torch"


def read(tree: Tree, name: str) -> Project:
    """The project of this name. Raises `CaseError` for the first thing that is wrong with it."""
    folder = tree.cases / name
    source = folder / "project.toml"
    table = plant.toml(source)
    plant.require(table, FIELDS, source)
    if not all(isinstance(word, str) for word in table["words"]):
        raise CaseError(f"{source}: words is a list of strings")
    files: dict[str, str] = {}
    for file in sorted((folder / "project").glob("*")):
        if file.name == "__pycache__" or file.name.startswith("."):
            continue  # Python's and the system's own: a Finder leaves .DS_Store wherever it was
        if file.suffix != ".py" or not is_name(file.stem):
            raise CaseError(f"{file}: a project has Python files alone, with names that can be imported")
        if is_taken(file.stem):
            raise CaseError(f"{file}: another module has this name; choose one that none has")
        files[file.name] = file.read_text(encoding="utf-8")
    if ENTRY not in files:
        raise CaseError(f"{folder / 'project'}: has no {ENTRY}, which runs everything")
    fields = {name: table[name] for name in ("title", "about", "level", "gives")}
    try:
        torch = SpecifierSet(table["torch"])
    except InvalidSpecifier:
        raise CaseError(f"{source}: torch is a range of releases, '>=2.13', not {table['torch']!r}") from None
    test = tree.root / "tests" / "cases" / f"test_{name}.py"
    return Project(folder, **fields, words=tuple(table["words"]), torch=torch, files=files, test=test)
