"""All cases of a tree: every plant in its project, found by name for authors and by number for learners."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from torchkata.cases import project as projects
from torchkata.cases.plant import CaseError, Plant
from torchkata.cases.project import Project
from torchkata.collection.layout import Tree
from torchkata.collection.starting import as_written

PREFIX = "cases"  # of an author's name for a case: cases/PROJECT/PLANT
SURPRISE = "case"  # in the place of the project's name, where that isn't told


class NoCase(LookupError):
    """No case of that name or number; the message says what to type instead."""


@dataclass(frozen=True)
class Case:
    """One plant in its project."""

    project: Project
    plant: Plant

    @property
    def name(self) -> str:
        """For authors: it says what was planted."""
        return f"{PREFIX}/{self.project.name}/{self.plant.name}"

    @property
    def number(self) -> str:
        """For learners: it says nothing, and is the same on every machine."""
        digest = hashlib.sha256(f"{self.project.name}/{self.plant.name}".encode()).hexdigest()
        return str(10_000 + int(digest, 16) % 90_000)

    @cached_property
    def planted(self) -> dict[str, str]:
        """The files as the learner gets them. Raises `CaseError`."""
        return self.plant.planted(self.project.files)

    def is_untouched(self, files: Mapping[str, str]) -> bool:
        """Whether the project's own files are as they were given."""
        return all(files.get(name) == text for name, text in self.planted.items())


class Shelf:
    """The cases of `tree`."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    @cached_property
    def projects(self) -> list[Project]:
        """Raises `CaseError`."""
        return [projects.read(self.tree, name) for name in projects.names(self.tree)]

    @cached_property
    def cases(self) -> list[Case]:
        """Project by project. Raises `CaseError`."""
        found = [Case(project, plant) for project in self.projects for plant in project.plants]
        numbers: dict[str, Case] = {}
        for case in found:
            if (other := numbers.setdefault(case.number, case)) is not case:
                raise CaseError(f"{case.name} and {other.name} have one number: give one another name")
        return found

    def numbered(self, name: str) -> Case:
        """By number, or by the name of a work folder, which ends with it. Raises `NoCase`."""
        number = re.split(r"[-/]", name.rstrip("/"))[-1]
        for case in self.cases:
            if case.number == number:
                return case
        raise NoCase(f"there is no case {name!r}; `kata case` gives you one")

    def named(self, name: str) -> list[Case]:
        """For authors: `cases`, `cases/PROJECT`, `cases/PROJECT/PLANT`, or the path of one of its files.
        Raises `NoCase`."""
        parts = name.removesuffix("/").removesuffix(".toml").split("/")
        if len(parts) == 4 and parts[2] == "plants":
            parts.pop(2)
        wanted = "/".join(parts)
        chosen = [c for c in self.cases if f"{c.name}/".startswith(f"{wanted}/")]
        if not chosen:
            if wanted in [f"{PREFIX}/{project.name}" for project in self.projects] or wanted == PREFIX:
                raise NoCase(f"nothing has been planted in {wanted} yet")
            known = [*(case.name for case in self.cases), *(f"{PREFIX}/{p.name}" for p in self.projects)]
            near = difflib.get_close_matches(name, known, n=2, cutoff=0.6)
            hint = f"did you mean {' or '.join(near)}?" if near else "`kata prove cases` proves all."
            raise NoCase(f"there is no case {name!r}; {hint}")
        return chosen


def is_case(name: str) -> bool:
    """Whether an author's name means cases, and no kata."""
    return name == PREFIX or name.startswith(f"{PREFIX}/")


def as_texts(files: Mapping[str, bytes]) -> dict[str, str]:
    """As an editor shows them. Raises `CaseError` for what is no text."""
    texts = {}
    for name, content in files.items():
        try:
            texts[name] = as_written(content).decode("utf-8")
        except UnicodeDecodeError as problem:
            raise CaseError(f"{name} isn't UTF-8: {problem.reason} in byte {problem.start}") from None
    return texts
