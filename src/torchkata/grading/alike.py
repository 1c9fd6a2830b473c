"""The same program under other names: for information, since a short bug has few fixes."""

from __future__ import annotations

import ast
import hashlib

from torchkata.collection import programs


def normalised(program: bytes, public: frozenset[str]) -> str:
    """A digest of what a program does, whatever its names, comments, docstrings and layout are; empty for
    what is no Python.

    public: the functions that tests call, whose names are the kata's
    """
    try:
        tree = programs.tree_of(program)
        _without_docstrings(tree)
        # In the order of the text, so that the same program gives the same numbers.
        plain = _Plain(public)
        for _ in range(2):  # a name may be used before the line that makes it the program's own
            plain.visit(tree)
        said = ast.dump(tree, annotate_fields=False)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _without_docstrings(tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if ast.get_docstring(node, clean=False) is not None:
                node.body = node.body[1:]
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                node.returns = None


class _Plain(ast.NodeTransformer):
    """Gives every name that the program itself has made a number; those of others stay."""

    def __init__(self, public: frozenset[str]) -> None:
        self.public = public
        self.numbers: dict[str, str] = {}

    def _own(self, name: str) -> str:
        if name in self.public or name.startswith("\N{SECTION SIGN}"):
            return name
        return self.numbers.setdefault(name, f"\N{SECTION SIGN}{len(self.numbers)}")

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if isinstance(node.ctx, ast.Store) or node.id in self.numbers:
            node.id = self._own(node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg, node.annotation = self._own(node.arg), None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = self._own(node.name)
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self._own(node.name)
        return self.generic_visit(node)

    def visit_alias(self, node: ast.alias) -> ast.AST:
        if node.asname or "." not in node.name:
            self.numbers.setdefault(node.asname or node.name, f"\N{SECTION SIGN}{node.name}")
        node.asname = None
        return node
