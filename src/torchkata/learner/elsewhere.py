"""A save in another place than the learner's open file: silence would look like a loop that is broken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from torchkata.collection.catalogue import Catalogue, Entry
from torchkata.collection.starting import starting_text
from torchkata.learner.progress import digest
from torchkata.system.paths import shown

PRACTICE = "practice.py"  # in katas/: what `kata again` has people fix


class Elsewhere:
    """Knows what the other files looked like when it was made, and tells of those that change."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.root = catalogue.tree.root
        self.entries = {entry.id: entry for entry in catalogue.entries}
        self.at_first = set(self.root.glob("*.py"))
        self.began = {file: text for file in self._files() if (text := _digest(file))}
        self.seen = dict(self.began)

    def _files(self) -> Iterator[Path]:
        for entry in self.entries.values():
            yield from (entry.kata.copy, entry.kata.broken, entry.kata.fixed)

    def told(self, files: Iterable[Path], open_entry: Entry) -> Iterator[str]:
        """A sentence for each of `files` that has new content and isn't the open kata's copy."""
        for file in sorted(files):
            now, before = _digest(file), self.seen.get(file)
            if file == open_entry.kata.copy or not now or before == now:
                continue
            self.seen[file] = now
            entry = self.entries.get(f"{file.parent.name}/{file.stem}")
            if entry is None or file not in (entry.kata.copy, entry.kata.broken, entry.kata.fixed):
                if self._is_misplaced(file):
                    copy = self._meant(file, open_entry).kata.copy
                    yield f"You saved {shown(file)}, where nobody looks at it. It belongs in {shown(copy)}"
                elif self._is_stray(file, before):
                    yield f"You saved {shown(file)}, which is no kata's file. {_yours(open_entry)}"
            elif file != entry.kata.copy:
                yield self._compared(file, entry)
            elif now != digest(starting_text(entry)):
                yield f"You saved {shown(file)}; this is {open_entry.id}. l opens another kata."

    def _is_stray(self, file: Path, before: str | None) -> bool:
        """Whether a learner has saved it under a wrong name, and not a program of ours or an editor."""
        katas = self.root / "katas"
        ours = file == katas / PRACTICE or file.name.startswith((".", "_", "#"))
        return before is None and file.is_relative_to(katas) and file.suffix == ".py" and not ours

    def _is_misplaced(self, file: Path) -> bool:
        """Whether a learner has saved a program beside katas/ instead of in it."""
        new = file not in self.at_first and not file.name.startswith((".", "_", "#"))
        return new and file.parent == self.root and file.suffix == ".py"

    def _meant(self, file: Path, open_entry: Entry) -> Entry:
        """The kata of the file's name, if it is one's alone; else the open one."""
        named = [entry for entry in self.entries.values() if entry.kata.name == file.stem]
        return named[0] if len(named) == 1 and open_entry not in named else open_entry

    def _compared(self, file: Path, entry: Entry) -> str:
        if self.seen[file] == self.began.get(file):
            return f"{shown(file)} is as it was again."
        back = "git checkout" if (self.root / ".git").exists() else "kata update brings it back:"
        return (
            f"{shown(file)} has changed, and it is what your file is compared with. "
            f"{_yours(entry)} To undo: {back} {shown(file)}"
        )


def _yours(entry: Entry) -> str:
    return f"Your file is {shown(entry.kata.copy)}."


def _digest(file: Path) -> str:
    try:
        return digest(file.read_bytes())
    except OSError:
        return ""
