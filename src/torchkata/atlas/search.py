"""The index that a page searches by itself: the words of each kata's fields, as `kata find` has them, and
those of the reports of cases."""

from __future__ import annotations

import json
from collections.abc import Sequence

from torchkata.atlas.case_files import searched
from torchkata.cases.shelf import Case
from torchkata.collection.catalogue import Entry
from torchkata.finding.fields import WEIGHTS, fields


def index(entries: Sequence[Entry], cases: Sequence[Case] = ()) -> str:
    """A script: a page that is opened from a disk may not fetch, but it may load a script beside it."""
    katas = [
        {
            "id": entry.id,
            "title": entry.card.title,
            "level": entry.card.level,
            "fields": {name: text for name, text in fields(entry).items() if name != "rest"},
        }
        for entry in entries
    ]
    data = json.dumps({"weights": WEIGHTS, "katas": katas, "cases": searched(cases)}, ensure_ascii=False)
    return f"window.KATAS = {data.replace('<', chr(92) + 'u003c')};\n"
