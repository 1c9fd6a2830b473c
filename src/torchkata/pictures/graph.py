"""The autograd graph of one `backward()`: from the loss at the top down to the leaves that get a gradient.

Layers by the longest way from the top, and within a layer by where the results above stand; operations that
only follow each other share a box. That is all that graphs of a few dozen nodes need, so that no page depends
on a program for layout being installed.
"""

from __future__ import annotations

import re

from torchkata.pictures.recording import Graph
from torchkata.pictures.svg import drawing, tag, text

LINE, PAD, GAP, BETWEEN, LETTER, EDGE = 18, 4, 14, 26, 7.4, 10
PAPER = "var(--paper, none)"
HEIGHT = LINE + 2 * PAD  # of a box with one line


def draw(graph: Graph, name: str) -> str:
    """The picture; `name` says whose graph it is."""
    chains = _chains(graph)
    labels = [[_label(*graph.nodes[number]) for number in chain] for chain in chains]
    place = {number: at for at, chain in enumerate(chains) for number in chain}
    edges = [(place[start], place[end]) for start, end in graph.edges if place[start] != place[end]]
    boxes, width, height = _places(labels, edges)
    lost = [_label(word, shape) for word, shape in graph.missed]
    row, x = [], float(EDGE)
    for label in lost:
        row.append((label, x, _width([label])))
        x += _width([label]) + GAP
    lines = [_line(boxes[start], boxes[end]) for start, end in edges]
    nodes = [
        _node(label, boxes[at], leaf=graph.nodes[chains[at][0]][1] is not None)
        for at, label in enumerate(labels)
    ]
    if not nodes:
        nodes = [text(EDGE, 22, "no graph: nothing leads back from here")]
        width, height = 300, 40
    below = [_node([label], (left, height, wide, HEIGHT), leaf=True, lost=True) for label, left, wide in row]
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


def _chains(graph: Graph) -> list[list[int]]:
    """Nodes that share a box: each operation of it comes from the next one and from nothing else."""
    sources: dict[int, list[int]] = {}
    results: dict[int, list[int]] = {}
    for start, end in graph.edges:
        sources.setdefault(start, []).append(end)
        results.setdefault(end, []).append(start)
    follows = {
        only[0]: start
        for start, only in sources.items()
        if len(only) == 1 and len(results[only[0]]) == 1
        if graph.nodes[start][1] is None and graph.nodes[only[0]][1] is None
    }
    after = {start: end for end, start in follows.items()}
    found = []
    for number in range(len(graph.nodes)):
        if number not in follows:
            chain = [number]
            while chain[-1] in after:
                chain.append(after[chain[-1]])
            found.append(chain)
    return found


Label = list[str]  # a line for each node in a box
Box = tuple[float, float, float, float]  # left, top, width, height


def _width(label: Label) -> float:
    return max(map(len, label)) * LETTER + 18


def _height(label: Label) -> float:
    return len(label) * LINE + 2 * PAD


def _places(labels: list[Label], edges: list[tuple[int, int]]) -> tuple[dict[int, Box], float, float]:
    depth = [0] * len(labels)
    for _ in labels:  # as often as the longest way can be long
        for start, end in edges:
            depth[end] = max(depth[end], depth[start] + 1)
    layers: dict[int, list[int]] = {}
    for number, level in enumerate(depth):
        layers.setdefault(level, []).append(number)
    middle: dict[int, float] = {}
    boxes: dict[int, Box] = {}
    widest = max((_row(labels, row) for row in layers.values()), default=0.0)
    y = float(EDGE)
    for level in sorted(layers):
        above = {
            number: [middle[start] for start, end in edges if end == number and start in middle]
            for number in layers[level]
        }
        row = sorted(layers[level], key=lambda number: sum(above[number]) / (len(above[number]) or 1))
        x = EDGE + (widest - _row(labels, row)) / 2
        for number in row:
            wide = _width(labels[number])
            boxes[number] = (x, y, wide, _height(labels[number]))
            middle[number] = x + wide / 2
            x += wide + GAP
        y += max(_height(labels[number]) for number in row) + BETWEEN
    return boxes, widest + 2 * EDGE, y - BETWEEN + EDGE


def _row(labels: list[Label], row: list[int]) -> float:
    return sum(_width(labels[number]) for number in row) + GAP * (len(row) - 1)


def _line(start: Box, end: Box) -> str:
    return tag(
        "line",
        x1=round(start[0] + start[2] / 2, 1),
        y1=start[1] + start[3],
        x2=round(end[0] + end[2] / 2, 1),
        y2=end[1],
        stroke="currentColor",
        stroke_opacity=0.6,
    )


def _node(label: Label, at: Box, *, leaf: bool, lost: bool = False) -> str:
    left, top, wide, high = at
    box = tag(
        "rect",
        x=round(left, 1),
        y=round(top, 1),
        width=round(wide, 1),
        height=round(high, 1),
        rx=HEIGHT / 2 if leaf else 3,
        stroke="currentColor",
        **({"stroke_dasharray": "4 3"} if lost else {}),
        # The page's own paper, so that a line that passes behind a box doesn't cross its words.
        **({"fill": "currentColor", "fill_opacity": 0.12} if leaf and not lost else {"fill": PAPER}),
    )
    words = [
        text(left + wide / 2, top + PAD + LINE * number + 13.5, line, anchor="middle")
        for number, line in enumerate(label)
    ]
    return box + "".join(words)
