"""What a change of a project can reach: a test that calls none of the functions that differ comes out as it
did before. Tools for mutation testing choose their tests in the same way."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from torchkata.collection.programs import tree_of

Function = ast.FunctionDef | ast.AsyncFunctionDef


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> frozenset[str] | None:
    """The functions whose bodies differ, as `module.Class.function`; None where anything else does, which
    takes part in every import, and so in every test."""
    if before.keys() != after.keys():
        return None
    found: set[str] = set()
    for file in before:
        if before[file] == after[file]:
            continue
        old, new = (_parts(tree_of(texts[file], file)) for texts in (before, after))
        if old[0] != new[0]:
            return None
        module = file.removesuffix(".py")
        found |= {f"{module}.{name}" for name, body in old[1].items() if new[1][name] != body}
    return frozenset(found)


def _parts(tree: ast.Module) -> tuple[str, dict[str, str]]:
    """A module without the bodies of its functions, and these by name."""
    bodies: dict[str, str] = {}
    for name, function in _functions(tree):
        # A property and its setter have one name.
        bodies[name] = bodies.get(name, "") + "".join(ast.dump(statement) for statement in function.body)
        # To call a generator runs nothing of it, so what makes it one is no matter of its body alone.
        yields = any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(function))
        function.body = [ast.Expr(ast.Constant(yields))]
    return ast.dump(tree), bodies


def _functions(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, Function]]:
    """Those of the module and of its classes, wherever they stand but in another function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield f"{prefix}{child.name}", child
        else:
            yield from _functions(
                child, f"{prefix}{child.name}." if isinstance(child, ast.ClassDef) else prefix
            )
