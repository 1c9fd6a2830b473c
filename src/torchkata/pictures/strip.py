"""The memory strip: how much is kept at each step, as a row of columns, broken above fixed."""

from __future__ import annotations

from collections.abc import Sequence

from torchkata.pictures.svg import BROKEN, FIXED, drawing, tag, text

WIDTH, LEFT, TALL, GAP = 560, 70, 64, 34
STEPS = 24  # that are drawn: the first ones


def draw(broken: Sequence[int], fixed: Sequence[int], what: str) -> str:
    """The picture; without `fixed`, of the broken program alone.

    All rows have one scale, and the number stands on the first column and on each change.
    """
    most = max(*broken, *fixed, 1)
    steps = min(max(len(broken), len(fixed)), STEPS)
    wide = (WIDTH - LEFT) / steps
    parts, y = [], 20.0
    rows = [("broken", broken, BROKEN, True), *([("fixed", fixed, FIXED, False)] if fixed else [])]
    for name, sizes, color, wrong in rows:
        parts.append(text(0, y + TALL, name))
        before = None
        for step, size in enumerate(sizes[:STEPS]):
            tall, x = size / most * TALL, LEFT + step * wide
            parts.append(
                tag(
                    "rect",
                    x=round(x + 1, 1),
                    y=round(y + TALL - tall, 1),
                    width=round(wide - 3, 1),
                    height=round(tall, 1),
                    fill=color,
                    fill_opacity=0.18 if wrong else 0.45,
                    stroke=color,
                    **({"stroke_dasharray": "4 3"} if wrong else {}),
                )
            )
            if size != before and wide >= len(str(size)) * 8:
                parts.append(text(x + wide / 2 - 1, y + TALL - tall - 4, str(size), anchor="middle"))
            before = size
        y += TALL + GAP
    parts.append(text(LEFT, y - 8, f"{what}, call 1 to {steps}"))
    return drawing(WIDTH, y, said(broken, fixed, what), *parts)


def said(broken: Sequence[int], fixed: Sequence[int], what: str) -> str:
    """The picture in words."""
    told = [
        f"{name} {', '.join(map(str, sizes[:STEPS])) or 'has none'}"
        for name, sizes in (("broken", broken), *([("fixed", fixed)] if fixed else []))
    ]
    return f"{what}, call by call: {'; '.join(told)}."
