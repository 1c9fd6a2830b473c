"""The pages of a room, from templates that escape everything; and what only a room shows."""

from __future__ import annotations

import ast
from typing import Any

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from torchkata.markup import Line, code

_templates = Environment(
    loader=PackageLoader("torchkata.room"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(template: str, **values: Any) -> str:
    return _templates.get_template(template).render(**values)


def program(text: str) -> list[Line]:
    """Line by line; what a docstring says is prose of its own, and folds."""
    inside = _docstrings(text)
    rows = code(text).splitlines()
    return [Line(n, Markup(row), folded=n in inside) for n, row in enumerate(rows, start=1)]


def _docstrings(text: str) -> set[int]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return set()
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            first = node.body[0]
            found |= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return found


def qr(address: str) -> Markup:
    """An image that needs no file and no foreign host."""
    return Markup(segno.make(address, error="m").svg_inline(scale=6, border=2, omitsize=True, lineclass=None))
