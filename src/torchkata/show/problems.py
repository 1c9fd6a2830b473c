"""A verdict as compilers say it, `FILE:LINE: error: WORDS`, which editors turn into a mark at that line."""

from __future__ import annotations

from pathlib import Path

from torchkata.judging.verdict import Verdict
from torchkata.show.verdicts import words

# Neither is a fault of the program's.
NOT_THEIRS = ("unavailable", "internal")


def checking(shown: Path) -> str:
    """Begins a check: what was said of the program before is void."""
    return f"kata: checking {shown}"


def lines(found: Verdict, shown: Path) -> list[str]:
    """One line for what is wrong, none where nothing is, and a last one that ends the check."""
    said = words(found)
    problems = []
    if found.verdict not in ("solved", "untouched"):
        kind = "warning" if found.verdict in NOT_THEIRS else "error"
        failed = f"{said.sentence}: {said.detail.partition(chr(10))[0]}" if said.sentence else ""
        told = (
            " ".join(". ".join(part.rstrip(".") for part in (said.message, failed) if part).split())
            or said.about
        )
        problems.append(f"{shown}:{said.line or 1}: {kind}: {said.label}. {told}")
    return [*problems, f"kata: {said.label} {found.kata}"]
