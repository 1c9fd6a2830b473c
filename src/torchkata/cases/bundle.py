"""A project as one program, which is what a check runs: the texts of its files, and a call that makes
modules of them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

ABOUT = '"""A project of several files, bundled by torchkata into one program."""'
HEAD = f"{ABOUT}\n\nfrom torchkata.testing.project import load as _load\n\n_TEXTS = {{\n"


def bundle(files: Mapping[str, str], wanted: Sequence[str]) -> str:
    """The program. Its names are the modules `wanted`; further files are there to be imported.

    A line of a file is a line of the program, so that a line of the one can be told from one of the other.
    """
    parts, lines = [HEAD], HEAD.count("\n")
    for file, text in files.items():
        lines += 1
        body = [f"{line!r}\n" for line in _lines(text)] or ["''\n"]
        parts += [f"    {file.removesuffix('.py')!r}: ({lines},\n", *body, "    ),\n"]
        lines += len(body) + 1
    parts.append(f"}}\n\nglobals().update(_load(_TEXTS, {list(wanted)!r}))\n")
    return "".join(parts)


def place(files: Mapping[str, str], line: int) -> tuple[str, int] | None:
    """The file, and the line in it, that a line of the bundle is; None for one of ours."""
    before = HEAD.count("\n")
    for file, text in files.items():
        before += 1
        length = len(_lines(text)) or 1
        if before < line <= before + length:
            return file, line - before
        before += length + 1
    return None


def _lines(text: str) -> list[str]:
    """As Python counts them: a form feed ends none."""
    return list(io.StringIO(text, newline="\n"))
