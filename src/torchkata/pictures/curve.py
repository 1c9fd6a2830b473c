"""A number over the steps, broken beside fixed: what `backward()` starts from, or the size of its graph."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeGuard

from torchkata.pictures.svg import BROKEN, FIXED, drawing, short, tag, text

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 520, 220, 70, 34, 28
WIDE_RANGE = 1000  # from here on, positive values are drawn by their logarithm

Values = Sequence[float | None]


def draw(broken: Values, fixed: Values, what: str, step: str = "call") -> str:
    """The picture; without `fixed`, of the broken program alone. `step` is what stands behind each value.

    Where a value is missing or not finite, its line ends; a cross marks the last point.
    """
    finite: list[float] = [value for value in (*broken, *fixed) if _is_number(value)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    by_log = low > 0 and high / low > WIDE_RANGE
    scale = math.log10 if by_log else float
    least, most = scale(low), scale(high)
    span = (most - least) or 1.0
    steps = max(len(broken), len(fixed)) - 1 or 1

    def at(step: int, value: float) -> tuple[float, float]:
        x = LEFT + step / steps * (WIDTH - LEFT - 16)
        return round(x, 1), round(
            HEIGHT - BOTTOM - (scale(value) - least) / span * (HEIGHT - BOTTOM - TOP), 1
        )

    lines = [
        _line([at(step, value) for step, value in _prefix(values)], color, dashed)
        for values, color, dashed in ((fixed, FIXED, False), (broken, BROKEN, True))
    ]
    frame = tag(
        "path",
        d=f"M{LEFT} {TOP - 8}V{HEIGHT - BOTTOM}H{WIDTH - 12}",
        fill="none",
        stroke="currentColor",
        stroke_opacity=0.5,
    )
    words = [
        text(LEFT - 8, HEIGHT - BOTTOM, short(low), anchor="end"),
        text(LEFT - 8, TOP + 4, short(high), anchor="end") if high != low else "",
        text(LEFT, HEIGHT - 12, f"{step} 1"),
        text(WIDTH - 16, HEIGHT - 12, f"{step} {steps + 1}", anchor="end"),
        text((LEFT + WIDTH) / 2, HEIGHT - 12, f"{what}{', logarithmic' if by_log else ''}", anchor="middle"),
        *_legend(("fixed", "broken") if fixed else ("broken",)),
    ]
    return drawing(WIDTH, HEIGHT, said(broken, fixed, what, step), frame, *lines, *words)


def said(broken: Values, fixed: Values, what: str, step: str = "call") -> str:
    """The picture in words."""
    told = [_told(broken, "broken", step), *([_told(fixed, "fixed", step)] if fixed else [])]
    return f"{what}: {'; '.join(told)}."


def _told(values: Values, name: str, step: str) -> str:
    numbers = _prefix(values)
    if not numbers:
        return f"{name} has none"
    first, last = numbers[0][1], numbers[-1][1]
    rest = "" if len(numbers) == len(values) else ", then no finite number"
    return f"{name} begins at {short(first)} and is at {short(last)} after {len(numbers)} {step}s{rest}"


def _legend(names: Sequence[str]) -> list[str]:
    found = []
    for number, name in enumerate(reversed(names)):
        color, dashed = (BROKEN, True) if name == "broken" else (FIXED, False)
        x = WIDTH - 90 - number * 80
        found += [_line([(x, 10), (x + 24, 10)], color, dashed), text(x + 30, 14, name)]
    return found


def _prefix(values: Values) -> list[tuple[int, float]]:
    """The numbers up to the first that is missing or not finite, each with its place."""
    found: list[tuple[int, float]] = []
    for step, value in enumerate(values):
        if not _is_number(value):
            break
        found.append((step, value))
    return found


def _is_number(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)


def _line(points: list[tuple[float, float]], color: str, dashed: bool) -> str:
    if not points:
        return ""
    dashes = {"stroke_dasharray": "6 4"} if dashed else {}
    path = "L".join(f"{x} {y}" for x, y in points)
    line = tag("path", d=f"M{path}", fill="none", stroke=color, stroke_width=2.2, **dashes)
    x, y = points[-1]
    return line + tag(
        "path", d=f"M{x - 3} {y - 3}l6 6m0 -6l-6 6", stroke=color, stroke_width=1.6, fill="none"
    )
