"""The pictures of katas: See it on broken and fixed, run by a judge where a file has changed."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from torchkata import __version__
from torchkata.collection import records
from torchkata.collection.catalogue import Entry
from torchkata.collection.layout import Tree
from torchkata.collection.starting import see_it
from torchkata.judging.judge import Judge
from torchkata.pictures.choice import Picture, pictures
from torchkata.pictures.recording import RECORDER, read, recorded
from torchkata.system import atomic


class Gallery:
    """The pictures of one tree. It has no judge of its own: whoever draws has one at hand."""

    def __init__(self, tree: Tree) -> None:
        self.folder = tree.private / "cache" / "pictures"
        self.evidence = _evidence(tree)

    def kept(self, entry: Entry) -> list[Picture] | None:
        """What was drawn before, unless something that it depends on has changed."""
        found = atomic.read_json(self._file(entry))
        if not isinstance(found, list):
            return None
        with suppress(TypeError):
            return [Picture(**{**one, "svgs": tuple(one["svgs"])}) for one in found]
        return None

    def draw(self, entry: Entry, judge: Judge) -> list[Picture]:
        """Run it, draw it and keep it."""
        broken, fixed = (
            read(judge.see(entry, program.read_bytes(), program, recorded(see_it(entry))))
            for program in (entry.kata.broken, entry.kata.fixed)
        )
        drawn = pictures(broken, fixed, self.evidence.get(entry.id, []))
        with suppress(OSError):  # nothing is lost but time
            atomic.write_json(self._file(entry), [asdict(one) for one in drawn])
        return drawn

    def _file(self, entry: Entry) -> Path:
        """Named for everything that a kata's pictures depend on."""
        evidence = self.evidence.get(entry.id, [])
        digest = hashlib.sha256(f"{__version__}\0{RECORDER}\0{evidence!r}".encode())
        drawing = sorted(Path(__file__).parent.glob("*.py"))
        for file in (entry.kata.card, entry.kata.broken, entry.kata.fixed, *drawing):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
        return self.folder / f"{digest.hexdigest()[:32]}.json"


def _evidence(tree: Tree) -> dict[str, list[dict[str, Any]]]:
    """Of each kata the records of one configuration, before and after, where there are both."""
    found: dict[str, list[dict[str, Any]]] = {}
    if not tree.evidence.is_file():
        return found
    everything = [one for one in records.read(tree.evidence) if one["device"] == "cpu"]
    for kata in dict.fromkeys(record["kata"] for record in everything):
        mine = [record for record in everything if record["kata"] == kata]
        for config in dict.fromkeys(record["data_sha256"] for record in mine):
            pair = [record for record in mine if record["data_sha256"] == config]
            states = {record["state"]: record for record in pair}
            if len(states) == 2:
                found[kata] = [states["before"], states["after"]]
                break
    return found
