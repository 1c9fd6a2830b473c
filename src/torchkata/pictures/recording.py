"""What a card's See it does to autograd: run by the judge with a recorder around it, and read back.

The recorder notes every call of `backward()` and of `torch.autograd.grad`: the value at its root, how many
nodes its graph has, and for the first few the graph itself with the leaves that received a gradient.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

MARK = "torchkata-recording: "  # begins the one line that the recorder prints
GRAPHS = 4  # calls whose graph is kept: the first ones
NODES = 40  # of a graph; a larger one is counted and not kept
CALLS = 400

RECORDER = f"""
def _recorder():
    import json, sys
    calls, graphs, plain = [], [], (torch.autograd.backward, torch.autograd.grad)

    def names():
        found, frame = {{}}, sys._getframe(2)
        while frame is not None:
            for name, value in list(frame.f_locals.items()):
                if isinstance(value, torch.nn.Module):
                    for inner, parameter in value.named_parameters():
                        found.setdefault(id(parameter), (inner, parameter))
                elif isinstance(value, torch.Tensor) and value.is_leaf and value.requires_grad:
                    found.setdefault(id(value), (name, value))
            frame = frame.f_back
        return found

    def walk(roots):
        order, edges, waiting = [], [], [r.grad_fn for r in roots if r.grad_fn is not None]
        place = {{}}
        while waiting:
            node = waiting.pop()
            if node in place:
                continue
            place[node] = len(order)
            order.append(node)
            waiting += [after for after, _ in node.next_functions if after is not None]
        for node in order:
            edges += [(place[node], place[after]) for after, _ in node.next_functions if after is not None]
        return order, edges

    def noted(call):
        def instead(tensors, *args, **options):
            roots = [tensors] if isinstance(tensors, torch.Tensor) else list(tensors)
            order, edges = walk(roots)
            root = roots[0].detach()
            called = names()
            keep = len(graphs) < {GRAPHS} and len(order) <= {NODES}
            nodes = []
            for node in order if keep else ():
                leaf = getattr(node, 'variable', None)
                if leaf is None:
                    nodes.append([type(node).__name__, None, None])
                else:
                    name = called.get(id(leaf), ('leaf', leaf))[0]
                    nodes.append([name, list(leaf.shape), id(leaf)])
            if len(calls) < {CALLS}:
                calls.append([root.item() if root.numel() == 1 else None, len(order)])
            try:
                return call(tensors, *args, **options)
            finally:
                if keep:
                    reached = {{identity for _, _, identity in nodes}}
                    missed = [[n, list(t.shape)] for i, (n, t) in called.items() if i not in reached]
                    graphs.append({{'nodes': [n[:2] for n in nodes], 'edges': edges, 'missed': missed}})
        return instead

    torch.autograd.backward, torch.autograd.grad = map(noted, plain)

    def report():
        torch.autograd.backward, torch.autograd.grad = plain
        print('\\n{MARK}' + json.dumps({{'calls': calls, 'graphs': graphs}}))
    return report
"""


@dataclass(frozen=True)
class Graph:
    """nodes: what each is called, and the shape of a leaf or None; edges: from a result to what it came from;
    missed: leaves that were at hand, require a gradient, and that no path leads to."""

    nodes: list[tuple[str, list[int] | None]]
    edges: list[tuple[int, int]]
    missed: list[tuple[str, list[int]]]


@dataclass(frozen=True)
class Recording:
    """values: at the root of each call, None where it is not a single number; sizes: nodes of its graph;
    printed: what the snippet itself said."""

    values: list[float | None] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    graphs: list[Graph] = field(default_factory=list)
    printed: str = ""


def recorded(snippet: str) -> str:
    """The snippet with the recorder around it, as a program for `Judge.see`."""
    run = f"    exec(compile({snippet!r}, 'See it', 'exec'), globals())"
    return f"{RECORDER}\n_report = _recorder()\ntry:\n{run}\nfinally:\n    _report()\n"


def read(printed: str) -> Recording:
    """What the recorder said among what the snippet printed; empty where it was stopped before it could."""
    line = next((line for line in printed.splitlines() if line.startswith(MARK)), None)
    try:
        said: dict[str, Any] = json.loads(line.removeprefix(MARK)) if line else {}
    except json.JSONDecodeError:  # cut at the limit of output
        said = {}
    graphs = [
        Graph(
            [(name, shape) for name, shape in graph["nodes"]],
            [(start, end) for start, end in graph["edges"]],
            [(name, shape) for name, shape in graph["missed"]],
        )
        for graph in said.get("graphs", [])
    ]
    calls = said.get("calls", [])
    rest = "\n".join(one for one in printed.splitlines() if one != line)
    return Recording([value for value, _ in calls], [size for _, size in calls], graphs, rest)
