"""Which pictures a kata has: those in which broken and fixed differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from torchkata.pictures import bars, curve, graph, printed, strip
from torchkata.pictures.recording import Graph, Recording

STEPS = 3  # calls from which a curve says something


@dataclass(frozen=True)
class Picture:
    """kind: gradient, graph, curve, size or printed; svgs: broken and fixed, each or in one; said: in words.
    broken: without the fix, for whoever hasn't seen it yet; broken_said: that in words"""

    kind: str
    title: str
    svgs: tuple[str, ...]
    said: str
    broken: str
    broken_said: str


def pictures(broken: Recording, fixed: Recording, records: Sequence[dict[str, Any]]) -> list[Picture]:
    """The gradient first, for it is a number that is wrong; the rest says how it came about."""
    found: list[Picture] = []
    if {record["state"] for record in records} == {"before", "after"}:
        found.append(_gradient(*sorted(records, key=lambda record: record["state"] != "before")))
    at = _first_difference(broken.graphs, fixed.graphs)
    if at is not None:
        found.append(_graph(at, broken.graphs[at], fixed.graphs[at]))
    if max(len(broken.values), len(fixed.values)) >= STEPS:
        if broken.values != fixed.values and _numbers(broken.values) and _numbers(fixed.values):
            what = "what backward() starts from"
            found.append(_curve("curve", "The loss, as autograd sees it", broken.values, fixed.values, what))
        if broken.sizes != fixed.sizes and (len(set(broken.sizes)) > 1 or len(set(fixed.sizes)) > 1):
            what = "nodes in the graph"
            sizes, alone = (broken.sizes, fixed.sizes, what), (broken.sizes, (), what)
            title, drawn = "The size of the graph, call by call", (strip.draw(*sizes),)
            found.append(
                Picture("size", title, drawn, strip.said(*sizes), strip.draw(*alone), strip.said(*alone))
            )
    return found or _printed(broken.printed, fixed.printed)


def _printed(broken: str, fixed: str) -> list[Picture]:
    """Where autograd has nothing to show: what the program itself says."""
    title = "The numbers that See it prints"
    several = printed.lists(broken, fixed)
    if several is not None:
        both = several.broken, several.fixed, several.line, "number"
        one = several.broken, (), several.line, "number"
        drawn = (curve.draw(*both),)
        return [Picture("printed", title, drawn, curve.said(*both), curve.draw(*one), curve.said(*one))]
    pairs = printed.pairs(broken, fixed)
    if not pairs:
        return []
    alone = printed.draw(pairs, alone=True), printed.said(pairs, alone=True)
    return [Picture("printed", title, (printed.draw(pairs),), printed.said(pairs), *alone)]


def _gradient(before: dict[str, Any], after: dict[str, Any]) -> Picture:
    both = [before, after]  # in one scale: a gradient that is ten times too large has to look it
    svgs = tuple(bars.draw([one], among=both) for one in both)
    said = bars.said([before])
    return Picture("gradient", "The gradient, three ways", svgs, bars.said(both), svgs[0], said)


def _graph(at: int, broken: Graph, fixed: Graph) -> Picture:
    where = "the first backward pass" if at == 0 else f"backward pass {at + 1}"
    svgs = graph.draw(broken, "broken"), graph.draw(fixed, "fixed")
    said = graph.said(broken, "broken"), graph.said(fixed, "fixed")
    return Picture("graph", f"The autograd graph of {where}", svgs, " ".join(said), svgs[0], said[0])


def _curve(kind: str, title: str, broken: curve.Values, fixed: curve.Values, what: str) -> Picture:
    svg, said = curve.draw(broken, fixed, what), curve.said(broken, fixed, what)
    return Picture(kind, title, (svg,), said, curve.draw(broken, (), what), curve.said(broken, (), what))


def _numbers(values: Sequence[float | None]) -> bool:
    return any(value is not None and abs(value) < float("inf") for value in values)


def _first_difference(broken: Sequence[Graph], fixed: Sequence[Graph]) -> int | None:
    """The first call whose graphs differ; the very first where none does; None without a graph in common."""
    pairs = list(zip(broken, fixed))
    if not pairs:
        return None
    return next((number for number, (one, other) in enumerate(pairs) if one != other), 0)
