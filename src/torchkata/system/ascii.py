"""Output for terminals that know ASCII only: the signs of the cards in letters, never an error."""

from __future__ import annotations

import codecs
import os
import sys
import unicodedata

LETTERS = {
    "•": "*", "·": "*", "×": "x", "–": "-", "−": "-", "…": "...", "→": "->", "←": "<-", "²": "^2",
    "³": "^3", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "∇": "grad ", "∂": "d", "Σ": "sum ", "∞": "inf",
    "α": "alpha", "γ": "gamma", "δ": "delta", "ε": "eps", "θ": "theta", "λ": "lambda", "π": "pi",
    "σ": "sigma", "“": '"', "”": '"', "‘": "'", "’": "'", "│": "|", "─": "-", "━": "-", "▌": "|", "✓": "ok",
}  # fmt: skip


def in_letters(problem: UnicodeError) -> tuple[str, int]:
    """The error handler "kata-letters": what cannot be encoded, written out."""
    assert isinstance(problem, UnicodeEncodeError)
    text = problem.object[problem.start : problem.end]
    return "".join(LETTERS.get(char) or _without_marks(char) for char in text), problem.end


def _without_marks(char: str) -> str:
    plain = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
    return plain or "?"


def adapt_output() -> None:
    """Make standard output and error take any text, whatever their encoding; a closed one takes nothing."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115  # as long as the process lives
    codecs.register_error("kata-letters", in_letters)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="kata-letters")
