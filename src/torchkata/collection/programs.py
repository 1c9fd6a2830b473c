"""What can be read off a program without running it."""

from __future__ import annotations

import ast
import difflib
import io
import threading
import tokenize
from pathlib import Path

# Two threads that parse at the same time share one count of the recursion's depth, in Python 3.11 at least:
# "SystemError: AST constructor recursion depth mismatch", now and then.
_PARSING = threading.Lock()


def tree_of(text: str | bytes, name: str = "<program>") -> ast.Module:
    """`ast.parse`, from any thread."""
    with _PARSING:
        return ast.parse(text, filename=name)


def parse(file: Path) -> ast.Module:
    """Raises SyntaxError, for what is no text as well."""
    try:
        return tree_of(file.read_text(encoding="utf-8"), str(file))
    except ValueError as problem:  # no UTF-8, or a null byte, which only some Pythons call a SyntaxError
        raise SyntaxError(str(problem), (str(file), None, None, None)) from None


def public(tree: ast.Module) -> list[ast.FunctionDef]:
    """The functions that tests may call."""
    return [n for n in tree.body if isinstance(n, ast.FunctionDef) and not n.name.startswith("_")]


def signature(function: ast.FunctionDef) -> str:
    """As it stands in the program: name, parameters, defaults."""
    return f"{function.name}({ast.unparse(function.args)})"


def comment_lines(program: str) -> list[int]:
    """The numbers of the lines with a comment in them, counted from 1."""
    tokens = tokenize.generate_tokens(io.StringIO(program).readline)
    return [token.start[0] for token in tokens if token.type == tokenize.COMMENT]


def changed_places(broken: str, fixed: str) -> set[int]:
    """The lines of `broken` that the fix touches, and those next to them."""
    matcher = difflib.SequenceMatcher(None, broken.splitlines(), fixed.splitlines(), autojunk=False)
    return {
        line
        for tag, start, end, *_ in matcher.get_opcodes()
        if tag != "equal"
        for line in range(start, max(end, start + 1) + 2)
    }


def imports(tree: ast.Module) -> set[str]:
    """The top-level packages that it asks for, anywhere in it."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def changed_lines(broken: str, fixed: str) -> int:
    """Lines that a reader of the difference sees on its longer side."""
    matcher = difflib.SequenceMatcher(None, broken.splitlines(), fixed.splitlines(), autojunk=False)
    return sum(max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in matcher.get_opcodes() if tag != "equal")
