"""The slip that no test can tell from doing nothing: `model.eval`, where `model.eval()` was meant."""

from __future__ import annotations

import ast

from torchkata.collection.programs import tree_of


def only_named(program: bytes, starting: bytes) -> str:
    """The first statement that is nothing but a name, and wasn't there at the start; empty without one."""
    before = {ast.unparse(statement) for statement in _names(starting)}
    for statement in _names(program):
        name = ast.unparse(statement)
        if name not in before:
            line = statement.lineno
            return f"Line {line} only names `{name}`, which does nothing. If it's to be called: `{name}()`."
    return ""


def _names(program: bytes) -> list[ast.Expr]:
    try:
        tree = tree_of(program)
    except (SyntaxError, ValueError, RecursionError):  # the verdict says so
        return []
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    named = [one for one in statements if isinstance(one.value, ast.Attribute | ast.Name)]
    return sorted(named, key=lambda one: one.lineno)
