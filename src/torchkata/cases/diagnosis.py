"""Whether what somebody typed names the bug: by stems, as `kata find` searches, against all plants of the
project, so that a word which fits several of them is no diagnosis."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from torchkata.cases.plant import Plant
from torchkata.cases.shelf import Case
from torchkata.finding.stems import stemmed

WORDS = 16  # of a diagnosis; who types a dictionary has diagnosed nothing
BEGINNING = 4  # letters that tell one word from another
ENOUGH = 0.35  # of what was typed, weighed by how rare each word is, the share that the plant must have


Word = tuple[str, str]  # as it was written, and its stem


def is_right(typed: str, case: Case) -> bool:
    """Whether `typed` holds all of a phrase that counts, or fits this plant better than any other of the
    project. Raises `NoSearch` where this Python can't tell."""
    said = list(dict.fromkeys(stemmed(typed)))[:WORDS]
    if not said:
        return False
    if any(_holds(said, phrase) for phrase in _phrases(case.plant)):
        return True
    plants = case.project.plants
    known = {plant.name: [word for phrase in _phrases(plant) for word in phrase] for plant in plants}
    fits = {name: {one for one in said if _known(one, theirs)} for name, theirs in known.items()}
    # As the search weighs them: what fits everywhere says little.
    counts = Counter(one for words in fits.values() for one in words)
    weight = {one: math.log((len(plants) + 1) / (counts[one] + 0.5)) for one in said}
    shares = {name: sum(weight[one] for one in words) for name, words in fits.items()}
    mine = shares.pop(case.plant.name)
    return mine >= ENOUGH * sum(weight.values()) and mine > max(shares.values(), default=0.0)


def _phrases(plant: Plant) -> list[list[Word]]:
    return [stemmed(phrase) for phrase in plant.diagnosis]


def _holds(said: Sequence[Word], phrase: Sequence[Word]) -> bool:
    return bool(phrase) and all(any(_same(one, word) for one in said) for word in phrase)


def _known(one: Word, words: Sequence[Word]) -> bool:
    return any(_same(one, word) for word in words)


def _same(said: Word, wanted: Word) -> bool:
    """By the stem, or by the beginning, where somebody has written down a stem of their own: `normali`."""
    return said[1] == wanted[1] or (len(wanted[0]) >= BEGINNING and said[0].startswith(wanted[0]))
