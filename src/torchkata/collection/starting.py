"""What a program starts from and must offer, read from the files without running one."""

from __future__ import annotations

import ast
import codecs
import re
from pathlib import Path

from torchkata.collection import programs
from torchkata.collection.catalogue import Entry


def starting_text(entry: Entry) -> bytes:
    """What `kata start` writes: the broken program, or the fixed one where the card says `given`."""
    return (entry.kata.fixed if entry.card.given else entry.kata.broken).read_bytes()


def as_written(program: bytes) -> bytes:
    """A program without what an editor adds unasked: the line ends of Windows, and a byte order mark."""
    return program.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n")


def explanation(wrong: Path) -> str:
    """Why a known wrong fix is wrong: its docstring, as one paragraph."""
    return " ".join((ast.get_docstring(programs.tree_of(wrong.read_text(encoding="utf-8"))) or "").split())


def public_functions(file: Path) -> dict[str, list[str]]:
    """The public functions of a program and their parameters, read without running it."""
    body = programs.parse(file).body
    return {
        node.name: [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
        for node in body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }


def generators(file: Path) -> list[str]:
    """Those of the public functions that yield, or are asynchronous: a call of these runs nothing yet."""
    functions = [
        n for n in programs.parse(file).body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return [
        f.name
        for f in functions
        if isinstance(f, ast.AsyncFunctionDef)
        or any(isinstance(n, ast.Yield | ast.YieldFrom) for n in ast.walk(f))
    ]


def see_it(entry: Entry) -> str:
    """The Python of a card's See it, its blocks one after the other."""
    found = re.findall(r"^```python\n(.*?)^```", entry.card.sections["See it"], re.MULTILINE | re.DOTALL)
    return "\n".join(found)
