"""The numbers that See it prints, broken beside fixed: of lines that are the same but for their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from torchkata.pictures.bars import bar
from torchkata.pictures.svg import drawing, short, tag, text

WIDTH, ROW, SIDE = 560, 20, 90
ROWS = 6  # pairs of numbers that are drawn: the first ones that differ
LETTERS = 72  # of a line
SERIES = 5  # numbers of a list from which it is a curve, as is a shorter list of errors or losses
NAMES = 2  # whole numbers in a list from which they are tokens or indices, and no amounts
HERE, ELSEWHERE = "□", "…"
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.]*\w)")


@dataclass(frozen=True)
class Pair:
    """Two numbers at the same place; `line` has a box there, and dots where others differ."""

    line: str
    broken: float
    fixed: float


@dataclass(frozen=True)
class Lists:
    """Two lists of as many numbers at the same place, and what is printed in front of them."""

    line: str
    broken: tuple[float, ...]
    fixed: tuple[float, ...]


def pairs(broken: str, fixed: str) -> list[Pair]:
    """Every pair that differs, in the order of the lines."""
    found = []
    for old, new in _lines(broken, fixed):
        both = list(zip(NUMBER.finditer(old), NUMBER.finditer(new)))
        differ = [(one, other) for one, other in both if float(one[0]) != float(other[0])]
        for one, other in differ:
            around = _list(new, other.start())
            if len(around) < NAMES or any("." in value for value in around):
                line = _boxed(new, [after for _, after in differ], other)
                found.append(Pair(line, float(one[0]), float(other[0])))
    return found


def lists(broken: str, fixed: str) -> Lists | None:
    """The first list that is a series, and differs."""
    for old, new in _lines(broken, fixed):
        for one, other in zip(NUMBER.finditer(old), NUMBER.finditer(new)):
            before, after = _list(old, one.start()), _list(new, other.start())
            line = new[: new.rfind("[", 0, other.start())].strip(" :")
            steps = 3 if re.search(r"(errors|losses)$", line) else SERIES
            if len(after) >= steps and before != after and any("." in value for value in after):
                return Lists(line, tuple(map(float, before)), tuple(map(float, after)))
    return None


def draw(found: list[Pair], *, alone: bool = False) -> str:
    """The picture; `alone`: of the broken program.

    Each pair has a scale of its own: what stands in different lines can't be compared.
    """
    negative = any(value < 0 for pair in found[:ROWS] for value in (pair.broken, pair.fixed))
    middle = WIDTH / 2 if negative else 4.0
    parts, y = [_legend(alone=alone)], 30.0
    for pair in found[:ROWS]:
        scale = (WIDTH - middle - SIDE) / (max(abs(pair.broken), abs(pair.fixed)) or 1.0)
        parts.append(text(0, y + 8, pair.line))
        rows = [(y + 24, pair.broken, True), (y + 24 + ROW, pair.fixed, False)]
        for at, value, wrong in rows[:1] if alone else rows:
            axis = tag("line", x1=middle, x2=middle, y1=at - 9, y2=at + 8, stroke="currentColor")
            parts += [axis, bar(middle, at, value, scale, wrong=wrong)]
        y += (1 if alone else 2) * ROW + 30
    return drawing(WIDTH, y, said(found, alone=alone), *parts)


def said(found: list[Pair], *, alone: bool = False) -> str:
    """The picture in words."""
    told = "; ".join(
        f"{pair.line}: broken {short(pair.broken)}" + ("" if alone else f", fixed {short(pair.fixed)}")
        for pair in found[:ROWS]
    )
    return f"What See it prints in place of {HERE}. {told}."


def _legend(*, alone: bool) -> str:
    broken = bar(0, 10, 20, 1, wrong=True, number=False) + text(28, 14, "broken")
    return broken + ("" if alone else bar(100, 10, 20, 1, number=False) + text(128, 14, "fixed"))


def _lines(broken: str, fixed: str) -> Iterator[tuple[str, str]]:
    for old, new in zip(broken.splitlines(), fixed.splitlines()):
        if NUMBER.sub("#", old) == NUMBER.sub("#", new):
            yield old, new


def _list(line: str, at: int) -> list[str]:
    """The numbers of the innermost list that has something at `at`; none where that is in no list."""
    start, end = line.rfind("[", 0, at), line.find("]", at)
    if start < 0 or end < 0 or "]" in line[start:at]:
        return []
    return [found[0] for found in NUMBER.finditer(line, start, end)]


def _boxed(line: str, differ: list[re.Match[str]], here: re.Match[str]) -> str:
    """The line with a box in place of one number, cut to what can be drawn around it."""
    told, end = "", 0
    for number in differ:
        told += line[end : number.start()] + (HERE if number is here else ELSEWHERE)
        end = number.end()
    told = " ".join((told + line[end:]).split())
    if len(told) <= LETTERS:
        return told
    start = max(0, min(told.index(HERE) - LETTERS // 2, len(told) - LETTERS))
    return (
        f"{'…' if start else ''}{told[start : start + LETTERS]}{'…' if start + LETTERS < len(told) else ''}"
    )
