"""The pictures of all katas, for the site."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from torchkata.collection.catalogue import Catalogue, Entry
from torchkata.judging.judge import Judge
from torchkata.pictures.choice import Picture
from torchkata.pictures.gallery import Gallery

Tell = Callable[[str], None]


def gather(catalogue: Catalogue, entries: Iterable[Entry], tell: Tell) -> dict[str, list[Picture]]:
    """Kata → its pictures. What was drawn before and hasn't changed isn't run again."""
    gallery = Gallery(catalogue.tree)
    found: dict[str, list[Picture]] = {}
    missing: list[Entry] = []
    for entry in entries:
        kept = gallery.kept(entry)
        if kept is None:
            missing.append(entry)
        else:
            found[entry.id] = kept
    if missing:
        with Judge(catalogue.tree, [entry.kata for entry in missing], ahead=False) as judge:
            for number, entry in enumerate(missing, start=1):
                found[entry.id] = drawn = gallery.draw(entry, judge)
                tell(f"{number}/{len(missing)}  {entry.id}: {', '.join(one.kind for one in drawn) or 'none'}")
    return found
