"""What the names of a program stand for, as far as its text tells."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_LOOPS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)  # whose targets are their own


def shadows(tree: ast.Module) -> frozenset[int]:
    """The ids of the names that are a function's own although a module has the same one: `time`, `copy`.

    In doubt a name isn't among them: it's the module then.
    """
    inside = {name for node in ast.walk(tree) if isinstance(node, _SCOPES) for name in _imported(node)}
    found: set[int] = set()
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        nodes = list(_own(function.body))
        names = {arg.arg for arg in ast.walk(function.args) if isinstance(arg, ast.arg)}
        names |= {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        for node in nodes:
            if isinstance(node, ast.Global | ast.Nonlocal):
                names -= set(node.names)
        found |= {id(n) for n in nodes if isinstance(n, ast.Name) and n.id in names - inside}
    return frozenset(found)


def constants(tree: ast.Module) -> frozenset[str]:
    """The names that are given a text as it stands, and never anything else."""
    given: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            given |= {id(target) for target in targets}
    texts: set[str] = set()
    others: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            (texts if id(node) in given else others).add(node.id)
        elif isinstance(node, ast.arg):
            others.add(node.arg)
        elif isinstance(node, ast.MatchAs | ast.MatchStar | ast.ExceptHandler) and node.name:
            others.add(node.name)
    return frozenset(texts - others)


def names_an_attribute(node: ast.expr) -> bool:
    """A text; or one that begins like a name and ends with a number, as `f"block{number}"` does."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if not isinstance(node, ast.JoinedStr) or not node.values:
        return False
    first = node.values[0]
    return isinstance(first, ast.Constant) and str(first.value)[:1].isalpha()


def of_a_type(node: ast.expr) -> bool:
    """The type of something, taken at run time."""
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "type"
    return called or (isinstance(node, ast.Attribute) and node.attr == "__class__")


def its_own(node: ast.expr) -> bool:
    """The object, or the class, that a method belongs to."""
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def _imported(scope: ast.AST) -> Iterator[str]:
    for node in ast.walk(scope):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)


def _own(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """What belongs to this very scope, and to none inside of it."""
    for node in nodes:
        yield node
        if not isinstance(node, _SCOPES + _LOOPS):
            yield from _own(ast.iter_child_nodes(node))
