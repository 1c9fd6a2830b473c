"""All katas of a tree: found, ordered so that each needs only what came before, and looked up."""

from __future__ import annotations

import difflib
import heapq
from dataclasses import dataclass
from functools import cached_property

from torchkata.collection import card
from torchkata.collection.card import Card, CardError
from torchkata.collection.layout import Kata, Tree

# In the order in which they are taught; a track that is not listed comes after them.
TRACKS = {
    "basics": "Tensors, gradients, and how a check works.",
    "autograd": "What gets a gradient, and what it is the gradient of.",
    "graph": "What the graph records, and how long it lives.",
    "inplace": "Writing into tensors that somebody still needs.",
    "modules": "What a module knows of what it holds.",
    "losses": "Numbers that look like a loss, and what they teach.",
    "optim": "Steps, and the gradients that they use.",
    "schedules": "Learning rates and decay, and what they are counted in.",
    "modes": "Training and evaluation, and the statistics between them.",
    "numerics": "Where floating-point numbers end, and gradients with them.",
    "precision": "Half the bits: what rounds away, overflows or goes stale.",
    "data": "What reaches the model, in which order, and how often.",
    "evaluation": "Scores that measure something else.",
    "devices": "What happens on another chip, and when.",
    "state": "What is saved, what is loaded, and what is only pointed at.",
    "memory": "What is kept alive without being used.",
    "distributed": "Several processes that should be one.",
    "transforms": "Functions of functions: torch.func, compilation, hand-written backward.",
    "language_models": "Labels, masks, padding and adapters: what the model is really trained on.",
    "generative": "Models of whole distributions, and the constants that their losses need.",
    "science": "Derivatives, graphs and alignments that an equation or a measurement prescribes.",
    "policy_gradients": "Losses whose value says nothing, and gradients that say everything.",
    "value_learning": "Returns, advantages and targets: what a critic is asked to learn.",
}


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
        """By id, by the path of one of its files, by a name that only one track has, or by the slug of
        its pitfall. Raises `UnknownKata`."""
        by_id = {entry.id: entry for entry in self.entries}
        parts = name.replace("\\", "/").removesuffix("/").rsplit("/", 2)
        track, stem = parts[-2:] if len(parts) > 1 else ("", parts[-1])
        stem = stem.removesuffix(".py").removesuffix(".md").removeprefix("test_")
        if f"{track}/{stem}" in by_id:
            return by_id[f"{track}/{stem}"]
        for entry in self.entries:
            if name == entry.card.pitfall:
                return entry
        namesakes = [entry for entry in self.entries if entry.kata.name == stem] if not track else []
        if len(namesakes) == 1:
            return namesakes[0]
        names = {entry.kata.name: entry.id for entry in self.entries}
        names |= {key: e.id for e in self.entries for key in (e.id, e.card.pitfall)}
        close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        raise UnknownKata(name, list(dict.fromkeys(names[match] for match in close)))


def ordered(entries: list[Entry]) -> list[Entry]:
    """Topological on `after`; ties by level, then track by track, then by id. Raises `CatalogueError`."""
    by_id = {entry.id: entry for entry in entries}
    waiting: dict[str, set[str]] = {}
    for entry in entries:
        unknown = [other for other in entry.card.after if other not in by_id]
        if unknown:
            raise CatalogueError(f"{entry.kata.card}: after names {', '.join(unknown)}, which no card has")
        waiting[entry.id] = set(entry.card.after)
    places = {track: place for place, track in enumerate(TRACKS)}

    def rank(kata_id: str) -> tuple[int, int, str]:
        card = by_id[kata_id].card
        return card.level, places.get(card.track, len(places)), kata_id

    ready = [rank(i) for i, needs in waiting.items() if not needs]
    heapq.heapify(ready)
    order: list[Entry] = []
    while ready:
        *_, done = heapq.heappop(ready)
        order.append(by_id[done])
        for other, needs in waiting.items():
            if done in needs:
                needs.remove(done)
                if not needs:
                    heapq.heappush(ready, rank(other))
    if len(order) < len(entries):
        raise CatalogueError(f"these katas come after one another in a circle: {', '.join(_circle(waiting))}")
    return order


def _circle(waiting: dict[str, set[str]]) -> list[str]:
    """Those in one circle, without those that only wait for it."""
    path = [min(i for i, needs in waiting.items() if needs)]
    while (following := min(waiting[path[-1]])) not in path:
        path.append(following)
    return sorted(path[path.index(following) :])


__all__ = ["TRACKS", "CardError", "Catalogue", "CatalogueError", "Entry", "UnknownKata", "ordered"]
