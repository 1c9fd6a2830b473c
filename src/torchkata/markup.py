"""Cards, programs and differences as HTML, for the site and for a room. Everything from outside is escaped.

Needs the extra `atlas` or `room`. Nothing here has a style attribute: a room's own policy forbids them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from itertools import groupby

from markdown_it import MarkdownIt
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer, get_lexer_by_name
from pygments.token import STANDARD_TYPES, _TokenType
from pygments.util import ClassNotFound

Rewrite = Callable[[str], str | None]  # a link's target as it should be; None: no link at all
WORD = re.compile(r"\w+|\s+|[^\w\s]")
ALIKE = 0.6  # of two lines, from which one is the other, changed; all else would be marked word by word
OPTION = re.compile(r"^- ([A-D])\. ", re.MULTILINE)


def markdown(text: str, rewrite: Rewrite | None = None) -> Markup:
    """A card's or a document's text. Raw HTML in it stays text."""
    parser = _parser()
    tokens = parser.parse(text)
    if rewrite is not None:
        for token in tokens:
            for inner in token.children or ():
                if inner.type == "link_open":
                    target = rewrite(str(inner.attrs["href"]))
                    inner.attrs = {"href": target} if target else {}
                elif inner.type == "image":
                    inner.attrs["src"] = rewrite(str(inner.attrs["src"])) or ""
    return Markup(parser.renderer.render(tokens, parser.options, {}))


def _parser() -> MarkdownIt:
    def highlighted(text: str, language: str, attributes: str) -> str:
        # Not as Markup, which would escape the tags that the renderer puts around it.
        return str(code(text, language, attributes))

    return MarkdownIt("commonmark", {"html": False, "highlight": highlighted}).enable("table")


def question(predict: str) -> Markup:
    """What a card's Predict asks, without its options."""
    return markdown(OPTION.split(predict, maxsplit=1)[0])


def options(predict: str) -> list[tuple[str, Markup]]:
    """Letter and text of each option of a card's Predict; none is longer than a paragraph."""
    _, *found = OPTION.split(predict)
    parser = _parser()
    return [
        (letter, Markup(parser.renderInline(text.strip()))) for letter, text in zip(found[::2], found[1::2])
    ]


def code(text: str, language: str = "python", _attributes: str = "") -> Markup:
    """Colored by classes; a style sheet has a palette for light and for dark."""
    try:
        lexer = get_lexer_by_name(language or "text", stripnl=False)
    except ClassNotFound:
        return Markup(escape(text))
    return Markup(highlight(text, lexer, HtmlFormatter(nowrap=True)))


@dataclass(frozen=True)
class Line:
    """One line of a program. sign: -, + or blank in a difference; folded: part of a docstring."""

    number: int
    code: Markup
    sign: str = " "
    folded: bool = False

    @property
    def indent(self) -> int:
        """The blanks that it begins with: where it wraps, it goes on further in."""
        text = re.sub(r"<[^>]*>", "", self.code)
        return len(text) - len(text.lstrip(" "))


def difference(before: str, after: str, around: int) -> list[list[Line]]:
    """The places that differ, each with so many lines around it; what changed within a line is marked."""
    old, new = before.rstrip("\n").split("\n"), after.rstrip("\n").split("\n")
    colors = _colored(before), _colored(after)
    places = []
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(around):
        place = []
        for kind, i1, i2, j1, j2 in group:
            if kind == "equal":
                place += [Line(n + 1, _line(new[n], colors[1][n])) for n in range(j1, j2)]
                continue
            gone, come = _changed(old[i1:i2], new[j1:j2])
            for n, changed in zip(range(i1, i2), gone):
                place.append(Line(n + 1, _line(old[n], colors[0][n], changed, "del"), "-"))
            for n, changed in zip(range(j1, j2), come):
                place.append(Line(n + 1, _line(new[n], colors[1][n], changed, "ins"), "+"))
        places.append(place)
    return places


def _changed(old: list[str], new: list[str]) -> tuple[list[set[int]], list[set[int]]]:
    """Of each line, which characters its partner lacks; none where it has no partner that is like it."""
    gone, come = [set[int]() for _ in old], [set[int]() for _ in new]
    words = [WORD.findall(line) for line in old], [WORD.findall(line) for line in new]
    found = [
        (matcher.ratio(), -n, -m, matcher)
        for n, a in enumerate(words[0])
        for m, b in enumerate(words[1])
        for matcher in [difflib.SequenceMatcher(None, a, b, autojunk=False)]
    ]
    taken: set[tuple[str, int]] = set()
    for ratio, n, m, matcher in sorted(found, key=lambda one: one[:3], reverse=True):
        if ratio < ALIKE or taken & {("old", -n), ("new", -m)}:
            continue
        taken |= {("old", -n), ("new", -m)}
        for kind, a0, a1, b0, b1 in matcher.get_opcodes():
            if kind != "equal":
                gone[-n] |= _characters(words[0][-n], a0, a1)
                come[-m] |= _characters(words[1][-m], b0, b1)
    return gone, come


def _characters(words: list[str], first: int, end: int) -> set[int]:
    return set(range(len("".join(words[:first])), len("".join(words[:end]))))


def _colored(program: str) -> list[list[str]]:
    """Of every character its class, line by line."""
    rows: list[list[str]] = [[]]
    for kind, text in PythonLexer(stripnl=False, ensurenl=False).get_tokens(program):
        for character in text:
            if character == "\n":
                rows.append([])
            else:
                rows[-1].append(_class(kind))
    return rows


def _class(kind: _TokenType) -> str:
    while kind not in STANDARD_TYPES and kind.parent is not None:
        kind = kind.parent
    return STANDARD_TYPES.get(kind, "")


def _line(text: str, colors: list[str], changed: set[int] | None = None, mark: str = "") -> Markup:
    """One line, colored, with `mark` around what has changed."""
    found = []
    where = [(n in (changed or ()), color) for n, color in enumerate(colors)]
    for marked, run in groupby(range(len(text)), lambda n: where[n][0]):
        inside = []
        for color, part in groupby(run, lambda n: where[n][1]):
            words = escape("".join(text[n] for n in part))
            inside.append(f'<span class="{color}">{words}</span>' if color else words)
        found.append(f"<{mark}>{''.join(inside)}</{mark}>" if marked else "".join(inside))
    return Markup("".join(found))
