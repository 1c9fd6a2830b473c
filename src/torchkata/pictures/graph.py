"""The autograd graph of one `backward()`: from the loss at the top down to the leaves that get a gradient.

Layers by the longest way from the top, and within a layer by where the results above stand. That is all
that graphs of a few dozen nodes need, so that no page depends on a program for layout being installed.
"""

from __future__ import annotations

import re

from torchkata.pictures.recording import Graph
from torchkata.pictures.svg import drawing, tag, text

HEIGHT, GAP, BETWEEN, LETTER, EDGE = 26, 14, 34, 7.4, 10


def draw(graph: Graph, name: str) -> str:
    """The picture; `name` says whose graph it is."""
    labels = [_label(word, shape) for word, shape in graph.nodes]
    boxes, width, height = _places(graph, labels)
    lost = [_label(word, shape) for word, shape in graph.missed]
    row, x = [], float(EDGE)
    for label in lost:
        row.append((label, x, _width(label)))
        x += _width(label) + GAP
    lines = [_line(boxes[start], boxes[end]) for start, end in graph.edges]
    nodes = [
        _node(label, *boxes[number], leaf=graph.nodes[number][1] is not None)
        for number, label in enumerate(labels)
    ]
    if not nodes:
        nodes = [text(EDGE, 22, "no graph: nothing leads back from here")]
        width, height = 300, 40
    below = [_node(label, left, height, wide, leaf=True, lost=True) for label, left, wide in row]
    if below:
        below.append(text(EDGE, height + HEIGHT + 18, "no path leads to these, so they get no gradient"))
        width, height = max(width, x, 330), height + HEIGHT + 28
    return drawing(width, height, said(graph, name), *lines, *nodes, *below)


def said(graph: Graph, name: str) -> str:
    """The picture in words."""
    leaves = [_label(word, shape) for word, shape in graph.nodes if shape is not None]
    ways = [word for word, shape in graph.nodes if shape is None]
    reached = f"leads to {', '.join(leaves)}" if leaves else "leads to no leaf"
    missed = ", ".join(_label(word, shape) for word, shape in graph.missed)
    lost = f"; no path leads to {missed}" if missed else ""
    operations = ", ".join(_label(word, None) for word in ways) or "no operation"
    return f"Autograd graph, {name}: {operations}; it {reached}{lost}."


def _label(word: str, shape: list[int] | None) -> str:
    if shape is None:
        return re.sub(r"Backward\d*$", "", word) or word
    sizes = ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "")
    return f"{word} ({sizes})"


def _width(label: str) -> float:
    return len(label) * LETTER + 18


Box = tuple[float, float, float]  # left, top, width


def _places(graph: Graph, labels: list[str]) -> tuple[dict[int, Box], float, float]:
    depth = [0] * len(labels)
    for _ in labels:  # as often as the longest way can be long
        for start, end in graph.edges:
            depth[end] = max(depth[end], depth[start] + 1)
    layers: dict[int, list[int]] = {}
    for number, level in enumerate(depth):
        layers.setdefault(level, []).append(number)
    middle: dict[int, float] = {}
    boxes: dict[int, Box] = {}
    widest = max((_row(labels, row) for row in layers.values()), default=0.0)
    for level in sorted(layers):
        above = {
            number: [middle[start] for start, end in graph.edges if end == number and start in middle]
            for number in layers[level]
        }
        row = sorted(layers[level], key=lambda number: sum(above[number]) / (len(above[number]) or 1))
        x = EDGE + (widest - _row(labels, row)) / 2
        for number in row:
            wide = _width(labels[number])
            boxes[number] = (x, EDGE + level * (HEIGHT + BETWEEN), wide)
            middle[number] = x + wide / 2
            x += wide + GAP
    return boxes, widest + 2 * EDGE, len(layers) * (HEIGHT + BETWEEN) - BETWEEN + 2 * EDGE


def _row(labels: list[str], row: list[int]) -> float:
    return sum(_width(labels[number]) for number in row) + GAP * (len(row) - 1)


def _line(start: Box, end: Box) -> str:
    return tag(
        "line",
        x1=round(start[0] + start[2] / 2, 1),
        y1=start[1] + HEIGHT,
        x2=round(end[0] + end[2] / 2, 1),
        y2=end[1],
        stroke="currentColor",
        stroke_opacity=0.6,
    )


def _node(label: str, left: float, top: float, wide: float, *, leaf: bool, lost: bool = False) -> str:
    box = tag(
        "rect",
        x=round(left, 1),
        y=round(top, 1),
        width=round(wide, 1),
        height=HEIGHT,
        rx=HEIGHT / 2 if leaf else 3,
        fill="none" if lost or not leaf else "currentColor",
        fill_opacity=0.12,
        stroke="currentColor",
        **({"stroke_dasharray": "4 3"} if lost else {}),
    )
    return box + text(left + wide / 2, top + 17.5, label, anchor="middle")
