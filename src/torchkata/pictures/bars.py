"""A gradient three ways (autograd, by hand, by differences), before the fix and after it, as bars."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from torchkata.pictures.svg import BROKEN, FIXED, drawing, short, tag, text

WIDTH, ROW, LEFT, RIGHT = 340, 19, 124, 58  # narrow: broken stands beside fixed
ELEMENTS = 6  # of a gradient, that are drawn: the first ones
NAMES = (("autograd", "autograd"), ("analytic", "by hand"), ("numeric", "differences"))


def draw(records: Sequence[dict[str, Any]], among: Sequence[dict[str, Any]] = ()) -> str:
    """The picture of records of one configuration; `among` are those that have to share its scale."""
    rows = _rows(records)
    everything = [values for _, _, values in _rows(among or records)]
    numbers = [abs(value) for values in everything for value in values if math.isfinite(value)]
    scale = (WIDTH - LEFT - RIGHT) / 2 / (max(numbers, default=1.0) or 1.0)
    middle = LEFT + (WIDTH - LEFT - RIGHT) / 2
    parts, y = [], 24.0
    state_before = ""
    for state, name, values in rows:
        if state != state_before and not among:  # who draws them one by one says whose each is
            parts.append(text(0, y + 4, f"{_said(state)}:", font_weight="bold"))
            state_before, y = state, y + ROW
        parts.append(text(12, y + 4, name))
        for value in values:
            parts.append(bar(middle, y, value, scale, wrong=state == "before" and name == "autograd"))
            y += ROW
        y += 4
    line = tag("line", x1=middle, x2=middle, y1=10, y2=round(y), stroke="currentColor", stroke_opacity=0.5)
    return drawing(WIDTH, y + 8, said(records), line, *parts)


def said(records: Sequence[dict[str, Any]]) -> str:
    """The picture in words."""
    told = []
    for state, name, values in _rows(records):
        told.append(f"{_said(state)}, {name}: {', '.join(map(short, values))}")
    return f"The gradient. {'; '.join(told)}."


def table(records: Sequence[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """The same numbers as rows: what was measured, and the values of each record; an error of its own."""
    columns = [record["result"] for record in records]
    rows = [(name, [_listed(column[key]) for column in columns]) for key, name in NAMES]
    return [*rows, ("relative error", [short(float(column["autograd_error"])) for column in columns])]


def _listed(value: Any) -> str:
    return "none" if value is None else ", ".join(map(short, _flat(value)[:ELEMENTS]))


def _rows(records: Sequence[dict[str, Any]]) -> list[tuple[str, str, list[float]]]:
    return [
        (record["state"], name, _flat(record["result"][key])[:ELEMENTS])
        for record in records
        for key, name in NAMES
        if record["result"].get(key) is not None
    ]


def _said(state: str) -> str:
    return "broken" if state == "before" else "fixed"


def _flat(value: Any) -> list[float]:
    if isinstance(value, list):
        return [number for inner in value for number in _flat(inner)]
    return [float(value)]


def bar(
    middle: float, y: float, value: float, scale: float, *, wrong: bool = False, number: bool = True
) -> str:
    """One value from the middle to its side, with its number; of the wrong program dashed and pale."""
    if not math.isfinite(value):
        return text(middle + 6, y + 4, short(value))
    wide = abs(value) * scale
    color, dashes = (BROKEN, {"stroke_dasharray": "4 3"}) if wrong else (FIXED, {})
    drawn = tag(
        "rect",
        x=round(middle - (wide if value < 0 else 0), 1),
        y=round(y - 7, 1),
        width=round(wide, 1),
        height=13,
        fill=color,
        fill_opacity=0.18 if wrong else 0.45,
        stroke=color,
        **dashes,
    )
    if not number:
        return drawn
    side = -1 if value < 0 else 1
    anchor = "end" if value < 0 else "start"
    return drawn + text(middle + side * (wide + 5), y + 4, short(value), anchor=anchor)
