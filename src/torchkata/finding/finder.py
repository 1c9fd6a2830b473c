"""Katas for a question, the best first: SQLite's full-text search over what `fields` names."""

from __future__ import annotations

import math
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torchkata.collection.catalogue import Entry
from torchkata.finding.fields import WEIGHTS, fields
from torchkata.finding.question import Question
from torchkata.finding.terms import Word, terms, words

# Of what a question says, weighed by how rare each word is, the share that a kata must have; and the share
# that one of those shown must have. Below it they have common words in common, and nothing fits.
PART, ENOUGH = 0.2, 0.3
EASIER = 1.05  # how much better a kata must fit than one of the level below, to come before it
MANY = 200  # different words; of a longer text the first ones


class NoSearch(RuntimeError):
    """This Python cannot search; the message says what can be done."""


@dataclass(frozen=True)
class Hit:
    """A kata that fits. `place` is its number in the order of learning, `words` is what the question's core
    and the kata have in common, and `share` how much of the core that is."""

    place: int
    entry: Entry
    words: tuple[str, ...]
    share: float


class Finder:
    """The index of all katas, in memory: making it takes less time than reading the cards did."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        columns = ", ".join(WEIGHTS)
        try:
            import sqlite3

            self._rows = sqlite3.connect(":memory:")
            weakref.finalize(self, self._rows.close)
            self._rows.execute(f"CREATE VIRTUAL TABLE kata USING fts5({columns}, tokenize = 'porter ascii')")
        except Exception as problem:  # built without sqlite3, or its SQLite without FTS5
            raise NoSearch(
                f"this Python's sqlite3 cannot search text ({problem}); another Python can, from python.org, "
                "conda or uv. Until then: kata list, and the index of error messages in katas/README.md"
            ) from None
        values = ", ".join("?" * (1 + len(WEIGHTS)))
        self._rows.executemany(
            f"INSERT INTO kata(rowid, {columns}) VALUES ({values})",
            (
                (place, *(" ".join(terms(text)) for text in fields(entry).values()))
                for place, entry in enumerate(entries, start=1)
            ),
        )

    def find(self, asked: Question, count: int) -> list[Hit]:
        """The katas that fit best, in order; of those that fit about as well, the easier comes first."""
        wanted = list(dict.fromkeys(terms(asked.text)))[:MANY]
        if not wanted:
            return []
        anywhere, names = _any(wanted), list(dict.fromkeys(terms(asked.names)))[:MANY]
        query = f"{anywhere} OR apis : ({_any(names)})" if names else anywhere
        weights = ", ".join(str(weight) for weight in WEIGHTS.values())
        scored = self._rows.execute(
            f"SELECT rowid, bm25(kata, {weights}) FROM kata WHERE kata MATCH ?", (query,)
        )  # the lower the better, and below 0
        ranked = sorted(
            (score * EASIER ** -self.entries[place - 1].card.level, place) for place, score in scored
        )
        of_form = {form: self._places(form) for form in wanted}
        said = list({word.written.lower(): word for word in words(asked.core)}.values())
        hits = [hit for _, place in ranked if (hit := self._hit(place, said, of_form)).share >= PART][:count]
        return hits if any(hit.share >= ENOUGH for hit in hits) else []

    def _hit(self, place: int, said: Sequence[Word], of_form: dict[str, set[int]]) -> Hit:
        common = tuple(dict.fromkeys(text for word in said for text in _common(word, place, of_form)))
        parts = {part for word in said for part in word.parts if part in of_form}
        rare = {part: math.log((len(self.entries) + 1) / (len(of_form[part]) + 0.5)) for part in parts}
        known = sum(weight for part, weight in rare.items() if place in of_form[part])
        return Hit(place, self.entries[place - 1], common, known / (sum(rare.values()) or 1.0))

    def _places(self, form: str) -> set[int]:
        return {
            place
            for (place,) in self._rows.execute("SELECT rowid FROM kata WHERE kata MATCH ?", (_any([form]),))
        }


def _any(forms: Sequence[str]) -> str:
    """An expression of FTS5. The forms are letters alone, and quoted they are no operators."""
    return " OR ".join(f'"{form}"' for form in forms)


def _common(word: Word, place: int, of_form: dict[str, set[int]]) -> Iterator[str]:
    """A word as it was written if the kata has all of it; else those of its parts that it has."""
    has = [part for part in word.parts if place in of_form.get(part, ())]
    if len(has) == len(word.parts) or any(
        place in of_form.get(form, ()) for form in word.forms[: -len(word.parts)]
    ):
        yield word.written
    else:
        yield from has
