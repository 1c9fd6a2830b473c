"""What a search found: katas by their symptoms, and the words that they have in common with the question."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from torchkata.finding.finder import Hit
from torchkata.finding.question import Question

NOTHING = (
    "Nothing fits. Fewer words often find more: the words of the error itself, or the name of a function.\n"
    "All symptoms: kata list. All error messages: katas/README.md"
)


def hits(asked: Question, found: Sequence[Hit], *, numbered: bool = False) -> RenderableType:
    """Three lines a kata; its pitfall is not among them.

    numbered: count them, for whoever is asked to choose, instead of saying where they stand in the order
    """
    lines: list[RenderableType] = (
        [Text.assemble("Searched for: ", (asked.error, "italic"))] if asked.error else []
    )
    for number, hit in enumerate(found, start=1):
        shown = number if numbered else hit.place
        lines.append(Text.assemble(f"{shown:>3}  ", (hit.entry.card.title, "bold")))
        lines.append(Text.assemble("     ", hit.entry.id))
        lines.append(Padding(Text(f"in common: {', '.join(hit.words)}"), (0, 0, 0, 5)))
    return Group(*lines)
