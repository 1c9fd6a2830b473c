"""Markdown, code and differences as HTML. Everything that comes from a card or a program is escaped."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from html import escape
from itertools import zip_longest

from markdown_it import MarkdownIt
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

Rewrite = Callable[[str], str | None]  # a link's target as it should be; None: no link at all
WORD = re.compile(r"\w+|\s+|[^\w\s]")


def markdown(text: str, rewrite: Rewrite | None = None) -> str:
    """A card's or a document's text. Raw HTML in it stays text."""
    parser = MarkdownIt("commonmark", {"html": False, "highlight": code}).enable("table")
    tokens = parser.parse(text)
    if rewrite is not None:
        for token in tokens:
            for inner in token.children or ():
                if inner.type == "link_open":
                    target = rewrite(str(inner.attrs["href"]))
                    inner.attrs = {"href": target} if target else {}
                elif inner.type == "image":
                    inner.attrs["src"] = rewrite(str(inner.attrs["src"])) or ""
    return str(parser.renderer.render(tokens, parser.options, {}))


def code(text: str, language: str, _attributes: str = "") -> str:
    """Colored by classes; the style sheet has a palette for light and for dark."""
    try:
        lexer = get_lexer_by_name(language or "text", stripnl=False)
    except ClassNotFound:
        return escape(text)
    return str(highlight(text, lexer, HtmlFormatter(nowrap=True)))


def difference(before: str, after: str) -> str:
    """Line by line, removed and added; within a changed line the changed words are marked."""
    rows = "".join(
        f'<tr class="{kind}"><td class="sign">{sign}</td><td><code>{content or " "}</code></td></tr>'
        for kind, sign, content in _rows(before.splitlines(), after.splitlines())
    )
    return f'<table class="difference">{rows}</table>'


def _rows(before: list[str], after: list[str]) -> Iterator[tuple[str, str, str]]:
    """Each changed block with two lines around it, blocks kept apart by a row with dots."""
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    for number, group in enumerate(matcher.get_grouped_opcodes(2)):
        if number:
            yield "gap", "", "…"
        for kind, a0, a1, b0, b1 in group:
            if kind == "equal":
                for line in before[a0:a1]:
                    yield "same", " ", escape(line)
                continue
            marked = [_words(one, other) for one, other in zip_longest(before[a0:a1], after[b0:b1])]
            for old, _ in marked[: a1 - a0]:
                yield "removed", "−", old
            for _, new in marked[: b1 - b0]:
                yield "added", "+", new


def _words(old: str | None, new: str | None) -> tuple[str, str]:
    if old is None or new is None:
        return escape(old or ""), escape(new or "")
    a, b = WORD.findall(old), WORD.findall(new)
    left, right = [], []
    for kind, a0, a1, b0, b1 in difflib.SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        one, other = escape("".join(a[a0:a1])), escape("".join(b[b0:b1]))
        left.append(one if kind == "equal" or not one else f"<del>{one}</del>")
        right.append(other if kind == "equal" or not other else f"<ins>{other}</ins>")
    return "".join(left), "".join(right)
