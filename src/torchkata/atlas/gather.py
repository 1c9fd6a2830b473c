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
    cache = catalogue.tree.private / "cache" / "atlas"
    evidence = _evidence(catalogue)
    found: dict[str, list[Picture]] = {}
    missing: list[tuple[Entry, Path]] = []
    for entry in entries:
        file = cache / f"{_key(entry, evidence.get(entry.id, []))}.json"
        kept = atomic.read_json(file)
        if isinstance(kept, list):
            with suppress(TypeError):
                found[entry.id] = [Picture(**{**one, "svgs": tuple(one["svgs"])}) for one in kept]
                continue
        missing.append((entry, file))
    if missing:
        with Judge(catalogue.tree, [entry.kata for entry, _ in missing], ahead=False) as judge:
            for number, (entry, file) in enumerate(missing, start=1):
                broken, fixed = (
                    read(judge.see(entry, program.read_bytes(), program, recorded(see_it(entry))))
                    for program in (entry.kata.broken, entry.kata.fixed)
                )
                drawn = pictures(broken, fixed, evidence.get(entry.id, []))
                found[entry.id] = drawn
                with suppress(OSError):  # nothing is lost but time
                    atomic.write_json(file, [asdict(one) for one in drawn])
                tell(f"{number}/{len(missing)}  {entry.id}: {', '.join(one.kind for one in drawn) or 'none'}")
    return found


def _evidence(catalogue: Catalogue) -> dict[str, list[dict[str, Any]]]:
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
