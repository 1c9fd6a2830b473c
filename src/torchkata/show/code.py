"""Code and differences, in the terminal's own colors: readable on light, dark and no color at all."""

from __future__ import annotations

import difflib
from typing import ClassVar

from pygments.token import Comment, Keyword, Operator, Token
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.markdown import CodeBlock, Markdown
from rich.style import Style
from rich.syntax import ANSISyntaxTheme, Syntax
from rich.table import Table
from rich.text import Text

# Only what every palette keeps apart from its background: on white, xterm's yellow, cyan and green are
# hardly there. Whatever has to be read has no color of its own.
THEME = ANSISyntaxTheme(
    {
        Token: Style(),
        Comment: Style(italic=True, dim=True),
        Keyword: Style(bold=True),
        Operator.Word: Style(bold=True),
    }
)
SIGNS = {"-": "bold red", "+": "bold green"}


class _Block(CodeBlock):
    """Rich puts an empty line above and below each: on 24 lines that costs the card its title."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Syntax(str(self.text).rstrip(), self.lexer_name, theme=THEME, word_wrap=True, padding=(0, 1))


class _Card(Markdown):
    elements: ClassVar = {**Markdown.elements, "fence": _Block, "code_block": _Block}


def markdown(text: str) -> Markdown:
    """A card's text. Rich's own themes for code paint a background, or letters that need one."""
    return _Card(text)


def difference(before: str, after: str, before_name: str, after_name: str) -> RenderableType:
    """A unified difference, or a sentence where there is none. Long lines wrap beside their sign."""
    lines = list(
        difflib.unified_diff(
            before.splitlines(), after.splitlines(), before_name, after_name, n=2, lineterm=""
        )
    )
    if not lines:
        return Text(f"Nothing differs between {before_name} and {after_name}.")
    table = Table.grid(padding=0)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for line in (f"-{before_name}", f"+{after_name}", *lines[2:]):
        sign = line[:1]
        code = line if sign == "@" else line[1:]
        weight = "bold" if sign in SIGNS else ""
        table.add_row(
            Text("" if sign == "@" else f"{sign} ", style=SIGNS.get(sign, "")), Text(code, style=weight)
        )
    return table
