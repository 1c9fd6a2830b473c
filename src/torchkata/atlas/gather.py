"""The pictures of all katas: See it on broken and fixed, run by the judge where a file has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from torchkata import __version__
from torchkata.collection import records
from torchkata.collection.catalogue import Catalogue, Entry
from torchkata.collection.starting import see_it
from torchkata.judging.judge import Judge
from torchkata.pictures.choice import Picture, pictures
from torchkata.pictures.recording import RECORDER, read, recorded
from torchkata.system import atomic

Tell = Callable[[str], None]


def gather(catalogue: Catalogue, entries: Iterable[Entry], tell: Tell) -> dict[str, list[Picture]]:
    """Kata → its pictures. What was drawn before and hasn't changed isn't run again."""
    gathered = Gathered(catalogue)
    found = {entry.id: gathered.kept(entry) for entry in entries}
    missing = [catalogue[name] for name, kept in found.items() if kept is None]
    if missing:
        with Judge(catalogue.tree, [entry.kata for entry in missing], ahead=False) as judge:
            for number, entry in enumerate(missing, start=1):
                drawn = found[entry.id] = gathered.drawn(entry, judge)
                tell(f"{number}/{len(missing)}  {entry.id}: {', '.join(one.kind for one in drawn) or 'none'}")
    return {name: kept or [] for name, kept in found.items()}


class Gathered:
    """The pictures of a tree's katas that are at hand, and the way to those that aren't."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.cache = catalogue.tree.private / "cache" / "atlas"
        self.evidence = evidence(catalogue)

    def kept(self, entry: Entry) -> list[Picture] | None:
        """What was drawn before, unless anything that it depends on has changed since."""
        kept = atomic.read_json(self._file(entry))
        if isinstance(kept, list):
            with suppress(TypeError):
                return [Picture(**{**one, "svgs": tuple(one["svgs"])}) for one in kept]
        return None

    def drawn(self, entry: Entry, judge: Judge) -> list[Picture]:
        """Run See it on broken and fixed, draw what differs, and keep it."""
        broken, fixed = (
            read(judge.see(entry, program.read_bytes(), program, recorded(see_it(entry))))
            for program in (entry.kata.broken, entry.kata.fixed)
        )
        drawn = pictures(broken, fixed, self.evidence.get(entry.id, []))
        with suppress(OSError):  # nothing is lost but time
            atomic.write_json(self._file(entry), [asdict(one) for one in drawn])
        return drawn

    def _file(self, entry: Entry) -> Path:
        return self.cache / f"{_key(entry, self.evidence.get(entry.id, []))}.json"


def evidence(catalogue: Catalogue) -> dict[str, list[dict[str, Any]]]:
    """Of each kata the records of one configuration, before and after, where there are both."""
    found: dict[str, list[dict[str, Any]]] = {}
    if not catalogue.tree.evidence.is_file():
        return found
    everything = [one for one in records.read(catalogue.tree.evidence) if one["device"] == "cpu"]
    for kata in dict.fromkeys(record["kata"] for record in everything):
        mine = [record for record in everything if record["kata"] == kata]
        for config in dict.fromkeys(record["data_sha256"] for record in mine):
            pair = [record for record in mine if record["data_sha256"] == config]
            states = {record["state"]: record for record in pair}
            if len(states) == 2:
                found[kata] = [states["before"], states["after"]]
                break
    return found


def _key(entry: Entry, evidence: list[dict[str, Any]]) -> str:
    """Everything that a kata's pictures depend on."""
    drawing = Path(__file__).parents[1] / "pictures"
    digest = hashlib.sha256(f"{__version__}\0{RECORDER}\0{evidence!r}".encode())
    for file in (entry.kata.card, entry.kata.broken, entry.kata.fixed, *sorted(drawing.glob("*.py"))):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:32]
