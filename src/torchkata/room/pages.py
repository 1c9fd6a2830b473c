"""From cards, programs and verdicts to HTML that is safe to show: everything from outside is escaped here."""

from __future__ import annotations

import ast
import difflib
from dataclasses import dataclass
from typing import Any

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer, TextLexer

CONTEXT = 1  # lines around a change: with more, the longest difference doesn't fit on a projector

_templates = Environment(
    loader=PackageLoader("torchkata.room"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Line:
    """One line of a program. sign: -, + or blank in a difference; folded: part of a docstring."""

    number: int
    code: Markup
    sign: str = " "
    folded: bool = False


def page(template: str, **values: Any) -> str:
    return _templates.get_template(template).render(**values)


def code(text: str, language: str = "python") -> Markup:
    """Highlighted by classes alone: a style attribute is what our own policy forbids."""
    lexer = PythonLexer(stripnl=False) if language == "python" else TextLexer(stripnl=False)
    return Markup(highlight(text, lexer, HtmlFormatter(nowrap=True)))


def markdown(text: str) -> Markup:
    """A card's words. HTML in them stays text."""
    return Markup(_markdown.render(text))


def _fence(text: str, language: str, _: str) -> str:
    return code(text, language)


_markdown = MarkdownIt("commonmark", {"html": False, "highlight": _fence})


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


def difference(before: str, after: str) -> list[list[Line]]:
    """The places that differ, each with a line around it."""
    old, new = (code(text).splitlines() for text in (before, after))
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    places = []
    for group in matcher.get_grouped_opcodes(CONTEXT):
        lines = []
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                lines += [Line(n + 1, Markup(new[n])) for n in range(j1, j2)]
                continue
            lines += [Line(n + 1, Markup(old[n]), "-") for n in range(i1, i2)]
            lines += [Line(n + 1, Markup(new[n]), "+") for n in range(j1, j2)]
        places.append(lines)
    return places


def qr(address: str) -> Markup:
    """An image that needs no file and no foreign host."""
    return Markup(segno.make(address, error="m").svg_inline(scale=6, border=2, omitsize=True, lineclass=None))
