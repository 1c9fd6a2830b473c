"""The learner's folder of a case: written once, alike in every trace, and never written over."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from keyword import iskeyword
from pathlib import Path

from torchkata.cases.plant import CaseError
from torchkata.cases.project import is_taken
from torchkata.cases.record import Records
from torchkata.cases.shelf import SURPRISE, Case, as_texts
from torchkata.collection.layout import Tree
from torchkata.learner.folders import FOLDER, kept_of, place_to_keep
from torchkata.learner.progress import Progress
from torchkata.system import atomic
from torchkata.system.paths import shown

LARGEST = 1 << 20  # bytes of one file of a project


@dataclass(frozen=True)
class Work:
    """Where one case lies, whether it is there or not."""

    tree: Tree
    case: Case

    @property
    def folder(self) -> Path:
        """cases-work/PROJECT-NUMBER, or case-NUMBER of a surprise."""
        surprise, named = self._named(SURPRISE), self._named(self.case.project.name)
        if surprise.is_dir() or named.is_dir():
            return surprise if surprise.is_dir() else named
        # Deleted, a surprise stays one: the other name tells the project.
        return surprise if Records(Progress(self.tree)).of(self.case).surprise else named

    def _named(self, name: str) -> Path:
        return self.tree.root / FOLDER / f"{name}-{self.case.number}"

    def give(self, *, surprise: bool = False) -> bool:
        """Write the project as planted, whole or not at all; False where the folder is there, which then
        stays as it is."""
        if self.folder.exists():
            return False
        folder = self._named(SURPRISE) if surprise else self.folder
        planted = self.case.planted
        # Beside it first: half a project in its place would stay as it is, as a learner's work does.
        beside = folder.with_name(f".{folder.name}.{os.getpid()}")
        try:
            for file, text in planted.items():
                atomic.write_text(beside / file, text)
            now = time.time()
            for file in planted:
                os.utime(beside / file, (now, now))  # else the order of writing could be read off them
            os.replace(beside, folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        return True

    def files(self) -> dict[str, str]:
        """Every Python file in the folder, as text. Raises `CaseError` for what can't be one."""
        if not self.folder.is_dir():
            again = f"kata case reset --case {self.case.number}"
            raise CaseError(f"{shown(self.folder)} is gone; to get it anew: {again}")
        found = {}
        for file in sorted(self.folder.glob("*.py")):
            if not file.stem.isidentifier() or iskeyword(file.stem) or not file.is_file():
                continue  # a learner's own; nothing can import it
            if file.name not in self.case.planted and is_taken(file.stem):
                raise CaseError(
                    f"{shown(file)} has the name of a module that torch or Python needs, and would be "
                    "imported in its place. Give your file another name; then: kata case check"
                )
            if file.stat().st_size > LARGEST:
                raise CaseError(f"{file.name} is larger than any program")
            found[file.name] = file.read_bytes()
        return as_texts(found)

    def kept(self) -> list[Path]:
        """Earlier folders of this case, the latest last: from before a reset, or brought by an import."""
        return kept_of(self.tree, self.case.number)

    def put_away(self) -> Path | None:
        """Move the folder to the kept ones, whole; None where there is nothing to keep."""
        folder = self.folder
        if not folder.is_dir():
            return None
        kept = place_to_keep(self.tree, folder.name)
        kept.parent.mkdir(parents=True, exist_ok=True)
        os.replace(folder, kept)
        return kept
