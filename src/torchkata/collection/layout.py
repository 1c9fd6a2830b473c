"""Where things are: a kata's id is its path, in every folder. No other module knows the tree."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from keyword import iskeyword
from pathlib import Path

FOLDERS = ("katas", "broken", "fixed", "tests")


def is_name(part: str) -> bool:
    """Whether `part` may stand in an id, which is an import path as well."""
    return part.isidentifier() and part.islower() and not iskeyword(part)


@dataclass(frozen=True)
class Kata:
    """The files of one kata in one tree; whether they exist is for the caller to ask."""

    root: Path
    track: str
    name: str

    @property
    def id(self) -> str:
        return f"{self.track}/{self.name}"

    @property
    def card(self) -> Path:
        return self.root / "katas" / self.track / f"{self.name}.md"

    @property
    def copy(self) -> Path:
        """The file that the learner edits."""
        return self.mirrored(self.root / "katas")

    @property
    def broken(self) -> Path:
        return self.mirrored(self.root / "broken")

    @property
    def fixed(self) -> Path:
        return self.mirrored(self.root / "fixed")

    @property
    def test(self) -> Path:
        return self.root / "tests" / self.track / f"test_{self.name}.py"

    @property
    def variants(self) -> Path:
        """The folder with the other right fixes and the tempting wrong ones."""
        return self.root / "tests" / self.track / self.name

    @property
    def rights(self) -> list[Path]:
        return sorted(self.variants.glob("right_*.py"))

    @property
    def wrongs(self) -> list[Path]:
        return sorted(self.variants.glob("wrong_*.py"))

    def mirrored(self, solutions: Path) -> Path:
        """This kata's file in a solutions root, that is in any folder that mirrors the tree."""
        return solutions / self.track / f"{self.name}.py"


@dataclass(frozen=True)
class Tree:
    """A folder with katas/, broken/, fixed/ and tests/: the repository, or a dojo made from it."""

    root: Path

    @classmethod
    def find(cls, start: Path) -> Tree | None:
        """The nearest tree at or above `start`, or None."""
        start = start.resolve()
        for folder in (start, *start.parents):
            if all((folder / name).is_dir() for name in FOLDERS):
                return cls(folder)
        return None

    @property
    def private(self) -> Path:
        """What torchkata keeps for the learner: history, earlier versions, cache."""
        return self.root / ".kata"

    @property
    def hidden(self) -> list[Path]:
        """What no program under check has to read: the solutions, the proofs, and where both are kept."""
        return [self.root / name for name in ("fixed", "tests", "cases", ".git", ".kata", "build", "dist")]

    @property
    def cases(self) -> Path:
        """The projects of the case files, with what is planted in them."""
        return self.root / "cases"

    @property
    def evidence(self) -> Path:
        return self.root / "evidence.jsonl"

    def renamed(self) -> dict[str, str]:
        """Old id → id of today, from katas/renamed.toml; a learner's state follows it."""
        try:
            table = tomllib.loads((self.root / "katas" / "renamed.toml").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {old: new for old, new in table.items() if isinstance(new, str)}

    def kata(self, kata_id: str) -> Kata:
        track, _, name = kata_id.partition("/")
        return Kata(self.root, track, name)

    def katas(self) -> list[Kata]:
        """Every kata that has a card, by id."""
        cards = sorted((self.root / "katas").glob("*/*.md"))
        return [Kata(self.root, card.parent.name, card.stem) for card in cards]

    def kata_of_test(self, file: Path) -> Kata | None:
        """The kata that a test file proves, or None for the engine's own tests."""
        if file.parent.parent != self.root / "tests" or not file.name.startswith("test_"):
            return None
        kata = Kata(self.root, file.parent.name, file.stem.removeprefix("test_"))
        return kata if kata.card.is_file() else None

    def project_of_test(self, file: Path) -> Path | None:
        """The healthy project that a test file in tests/cases/ is about, or None."""
        if file.parent != self.root / "tests" / "cases" or not file.name.startswith("test_"):
            return None
        folder = self.cases / file.stem.removeprefix("test_") / "project"
        return folder if folder.is_dir() else None
