"""A save in another place than the learner's open file: silence would look like a loop that is broken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from torchkata.collection.catalogue import Catalogue, Entry
from torchkata.collection.starting import starting_text
from torchkata.learner.progress import digest
from torchkata.system.paths import shown


class Elsewhere:
    """Knows what the other files looked like when it was made, and tells of those that change."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.root = catalogue.tree.root
        self.entries = {entry.id: entry for entry in catalogue.entries}
        self.seen = {file: text for file in self._files() if (text := _digest(file))}

    def _files(self) -> Iterator[Path]:
        for entry in self.entries.values():
            yield from (entry.kata.copy, entry.kata.broken, entry.kata.fixed)

    def told(self, files: Iterable[Path], open_entry: Entry) -> Iterator[str]:
        """A sentence for each of `files` that has new content and isn't the open kata's copy."""
        for file in sorted(files):
            entry = self.entries.get(f"{file.parent.name}/{file.stem}")
            now = _digest(file)
            if entry is None or file == open_entry.kata.copy or not now or self.seen.get(file) == now:
                continue
            self.seen[file] = now
            if file == entry.kata.copy and now != digest(starting_text(entry)):
                yield f"You saved {shown(file)}; this is {open_entry.id}. l opens another kata."
            elif file in (entry.kata.broken, entry.kata.fixed):
                back = "git checkout" if (self.root / ".git").exists() else "kata update brings it back:"
                yield (
                    f"{shown(file)} has changed, and it is what your file is compared with. "
                    f"Your file is {shown(entry.kata.copy)}. To undo: {back} {shown(file)}"
                )


def _digest(file: Path) -> str:
    try:
        return digest(file.read_bytes())
    except OSError:
        return ""
