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
    """kind: gradient, graph, curve, size or printed; svgs: one, or broken and fixed; said: it in words"""

    kind: str
    title: str
    svgs: tuple[str, ...]
    said: str


def pictures(broken: Recording, fixed: Recording, records: Sequence[dict[str, Any]]) -> list[Picture]:
    found: list[Picture] = []
    if {record["state"] for record in records} == {"before", "after"}:
        found.append(
            Picture("gradient", "The gradient, three ways", (bars.draw(records),), bars.said(records))
        )
    at = _first_difference(broken.graphs, fixed.graphs)
    if at is not None:
        pair = broken.graphs[at], fixed.graphs[at]
        words = " ".join(graph.said(one, name) for one, name in zip(pair, ("broken", "fixed")))
        where = "the first backward pass" if at == 0 else f"backward pass {at + 1}"
        found.append(
            Picture(
                "graph",
                f"The autograd graph of {where}",
                (graph.draw(pair[0], "broken"), graph.draw(pair[1], "fixed")),
                words,
            )
        )
    if max(len(broken.values), len(fixed.values)) >= STEPS:
        if broken.values != fixed.values and _numbers(broken.values) and _numbers(fixed.values):
            what = "what backward() starts from"
            found.append(_curve("curve", "The loss, as autograd sees it", broken.values, fixed.values, what))
        if broken.sizes != fixed.sizes and (len(set(broken.sizes)) > 1 or len(set(fixed.sizes)) > 1):
            what = "nodes in the graph"
            sizes = broken.sizes, fixed.sizes, what
            found.append(
                Picture(
                    "size", "The size of the graph, call by call", (strip.draw(*sizes),), strip.said(*sizes)
                )
            )
    return found or _printed(broken.printed, fixed.printed)


def _printed(broken: str, fixed: str) -> list[Picture]:
    """Where autograd has nothing to show: what the program itself says."""
    title = "The numbers that See it prints"
    several = printed.lists(broken, fixed)
    if several is not None:
        drawn = several.broken, several.fixed, several.line, "number"
        return [Picture("printed", title, (curve.draw(*drawn),), curve.said(*drawn))]
    pairs = printed.pairs(broken, fixed)
    return [Picture("printed", title, (printed.draw(pairs),), printed.said(pairs))] if pairs else []


def _curve(kind: str, title: str, broken: curve.Values, fixed: curve.Values, what: str) -> Picture:
    return Picture(kind, title, (curve.draw(broken, fixed, what),), curve.said(broken, fixed, what))


def _numbers(values: Sequence[float | None]) -> bool:
    return any(value is not None and abs(value) < float("inf") for value in values)


def _first_difference(broken: Sequence[Graph], fixed: Sequence[Graph]) -> int | None:
    """The first call whose graphs differ; the very first where none does; None without a graph in common."""
    pairs = list(zip(broken, fixed))
    if not pairs:
        return None
    return next((number for number, (one, other) in enumerate(pairs) if one != other), 0)
