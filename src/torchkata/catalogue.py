"""All katas of a tree: found, ordered so that each needs only what came before, and looked up."""

from __future__ import annotations

import difflib
import heapq
from dataclasses import dataclass
from functools import cached_property

from torchkata import card
from torchkata.card import Card, CardError
from torchkata.layout import Kata, Tree


class CatalogueError(ValueError):
    """The cards do not fit together; the message names those concerned."""


class UnknownKata(LookupError):
    """No kata of that name; `nearest` are the ids that look most like it."""

    def __init__(self, name: str, nearest: list[str]) -> None:
        hint = f"did you mean {' or '.join(nearest)}?" if nearest else "`kata list` shows them all."
        super().__init__(f"there is no kata {name!r}; {hint}")
        self.nearest = nearest


@dataclass(frozen=True)
class Entry:
    """One kata: its files and its card."""

    kata: Kata
    card: Card

    @property
    def id(self) -> str:
        return self.kata.id


@dataclass(frozen=True)
class Catalogue:
    """The katas of `tree`, in learning order."""

    tree: Tree

    @cached_property
    def entries(self) -> list[Entry]:
        """In learning order. Raises `CardError` or `CatalogueError`."""
        return ordered([Entry(kata, card.read(kata.card)) for kata in self.tree.katas()])

    def __getitem__(self, name: str) -> Entry:
        """By id, or by the slug of its pitfall. Raises `UnknownKata`."""
        for entry in self.entries:
            if name in (entry.id, entry.card.pitfall):
                return entry
        names = {entry.id.rpartition("/")[2]: entry.id for entry in self.entries}
        names |= {key: e.id for e in self.entries for key in (e.id, e.card.pitfall)}
        close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        raise UnknownKata(name, list(dict.fromkeys(names[match] for match in close)))


def ordered(entries: list[Entry]) -> list[Entry]:
    """Topological on `after`, ties by level and then by id. Raises `CatalogueError` for a cycle."""
    by_id = {entry.id: entry for entry in entries}
    waiting: dict[str, set[str]] = {}
    for entry in entries:
        unknown = [other for other in entry.card.after if other not in by_id]
        if unknown:
            raise CatalogueError(f"{entry.kata.card}: after names {', '.join(unknown)}, which no card has")
        waiting[entry.id] = set(entry.card.after)
    ready = [(by_id[i].card.level, i) for i, needs in waiting.items() if not needs]
    heapq.heapify(ready)
    order: list[Entry] = []
    while ready:
        _, done = heapq.heappop(ready)
        order.append(by_id[done])
        for other, needs in waiting.items():
            if done in needs:
                needs.remove(done)
                if not needs:
                    heapq.heappush(ready, (by_id[other].card.level, other))
    if len(order) < len(entries):
        raise CatalogueError(f"these katas come after one another in a circle: {', '.join(_circle(waiting))}")
    return order


def _circle(waiting: dict[str, set[str]]) -> list[str]:
    """Those in one circle, without those that only wait for it."""
    path = [min(i for i, needs in waiting.items() if needs)]
    while (following := min(waiting[path[-1]])) not in path:
        path.append(following)
    return sorted(path[path.index(following) :])


__all__ = ["CardError", "Catalogue", "CatalogueError", "Entry", "UnknownKata", "ordered"]
