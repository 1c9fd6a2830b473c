"""Whether what somebody typed names the bug: by stems, as `kata find` searches, against all plants of the
project, so that a word which fits several of them is no diagnosis."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from torchkata.cases.plant import Plant
from torchkata.cases.shelf import Case
from torchkata.finding.stems import stems

WORDS = 16  # of a diagnosis; who types a dictionary has diagnosed nothing
ENOUGH = 0.35  # of what was typed, weighed by how rare each word is, the share that the plant must have


def is_right(typed: str, case: Case) -> bool:
    """Whether `typed` holds all of a phrase that counts, or fits this plant better than any other of the
    project. Raises `NoSearch` where this Python can't tell."""
    said = set(stems(typed)[:WORDS])
    if not said:
        return False
    if any(phrase and phrase <= said for phrase in _phrases(case.plant)):
        return True
    plants = case.project.plants
    vocabularies = {plant.name: set[str]().union(*_phrases(plant)) for plant in plants}
    weight = _weights(said, list(vocabularies.values()))
    shares = {name: sum(weight[word] for word in said & known) for name, known in vocabularies.items()}
    mine = shares.pop(case.plant.name)
    return mine >= ENOUGH * sum(weight.values()) and mine > max(shares.values(), default=0.0)


def _phrases(plant: Plant) -> list[set[str]]:
    return [set(stems(phrase)) for phrase in plant.diagnosis]


def _weights(said: set[str], vocabularies: Sequence[set[str]]) -> dict[str, float]:
    """As the search weighs them: what stands everywhere says little."""
    counts = Counter(word for known in vocabularies for word in known)
    return {word: math.log((len(vocabularies) + 1) / (counts[word] + 0.5)) for word in said}
