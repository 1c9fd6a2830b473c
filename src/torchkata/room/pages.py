"""The pages of a room, from templates that escape everything; and what only a room shows."""

from __future__ import annotations

import ast
from typing import Any

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from torchkata.collection.programs import tree_of
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
    """Line by line; what a docstring says is prose of its own, and folds, with the blank lines around it."""
    folded = _docstrings(text)
    lines: list[Line] = []
    for number, row in enumerate(code(text).rstrip("\n").split("\n"), start=1):
        if not row and (number == 1 or lines[-1].folded or not lines[-1].code):
            folded.add(number)
        lines.append(Line(number, Markup(row), folded=number in folded))
    return lines


def _docstrings(text: str) -> set[int]:
    try:
        tree = tree_of(text)
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
