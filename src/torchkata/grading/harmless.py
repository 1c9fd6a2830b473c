"""What looks like a way out of a program and is none, as far as the text tells."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

# What a test counts operations, copies or kept tensors with. It sees what torch does, and nothing else.
COUNTERS = ("TorchDispatchMode", "TorchFunctionMode", "saved_tensors_hooks")

# A class may have these of its own, whatever it derives from: they change no value.
OWN = {"__doc__", "__init__", "__module__", "__repr__", "__slots__", "__str__"}


def counts(test: Path) -> bool:
    """Whether a kata's test counts what torch does, so that no fix should go on in another library."""
    text = test.read_text(encoding="utf-8") if test.is_file() else ""
    return any(counter in text for counter in COUNTERS)


def types_alone(tree: ast.Module) -> frozenset[int]:
    """The ids of the nodes that stand where only a type is asked for: annotations, and `isinstance`."""
    places: list[ast.AST | None] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            places.append(node.returns)
        elif isinstance(node, ast.arg | ast.AnnAssign):
            places.append(node.annotation)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance":
            places += node.args[1:]
    return frozenset(id(node) for place in places if place is not None for node in ast.walk(place))


def given_files(tree: ast.Module) -> frozenset[int]:
    """The ids of the `open` in `open(file)` where `file` comes from the test and from nowhere else.

    It's a parameter that keeps its value, of a function that the program itself never mentions.
    """
    mentioned = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    found: set[int] = set()
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef) or function.decorator_list or function.name in mentioned:
            continue
        nodes = [node for statement in function.body for node in ast.walk(statement)]
        bound = set(_bound(nodes))
        given = function.args.args[: len(function.args.args) - len(function.args.defaults)]
        files = {arg.arg for arg in given} - bound
        found |= {
            id(node.func)
            for node in nodes
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open"
            if node.args and all(keyword.arg in ("mode", "encoding") for keyword in node.keywords)
            if isinstance(node.args[0], ast.Name) and node.args[0].id in files
        }
    return frozenset(found)


def keeps_its_values(node: ast.ClassDef, tree: ast.Module, base: type) -> bool:
    """Whether a class that derives from `base` alone changes nothing of what a test can ask of it."""
    if len(node.bases) != 1 or node.keywords or node.decorator_list:
        return False
    taken = set(dir(base)) - OWN
    set_later = {
        n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)
    }
    texts = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return not taken & {*_bound(ast.walk(node)), *set_later, *texts}


def private_names(node: ast.ClassDef) -> list[str]:
    """The private names that a class gives another value: what its base is made with."""
    bound = {
        name for statement in node.body for name in _bound([statement, *ast.iter_child_nodes(statement)])
    }
    return sorted(name for name in bound if name.startswith("_") and not name.endswith("__"))


def _bound(nodes: Iterator[ast.AST] | list[ast.AST]) -> Iterator[str]:
    """Every name that is bound by any of the nodes, by whatever means."""
    for node in nodes:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.partition(".")[0]
        elif isinstance(node, ast.MatchAs | ast.MatchStar | ast.ExceptHandler) and node.name:
            yield node.name
        elif isinstance(node, ast.MatchMapping) and node.rest:
            yield node.rest
        elif isinstance(node, ast.Global | ast.Nonlocal):
            yield from node.names
