"""The list inside a session: all katas, narrowed by a word, left with a choice or without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from rich.console import Console

from torchkata.collection.catalogue import Entry
from torchkata.show import lists

CASE: Literal["c"] = "c"
PROMPT = (
    "a number or an id opens it; a word narrows (done, begun, new, silent, a track ...); "
    "c gives a case, a whole project with one bug; Enter goes back: "
)


def choose(
    entries: Sequence[Entry], states: Mapping[str, str], console: Console
) -> Entry | Literal["c"] | None:
    """Show and narrow the list until something is chosen, a case perhaps; None for nothing. Reads whole
    lines."""
    shown = list(entries)
    numbers = {entry.id: number for number, entry in enumerate(entries, start=1)}
    while True:
        console.print(lists.katas(shown, states, console.width, pitfalls=False, numbers=numbers))
        try:
            typed = console.input(PROMPT, markup=False).strip()
        except EOFError:
            return None
        if not typed:
            return None
        if typed.lower() == CASE:
            return CASE
        exact = [entry for entry in entries if typed in (entry.id, str(numbers[entry.id]))]
        if exact:
            return exact[0]
        shown = narrowed(entries, states, typed)
        if not shown:
            console.print(f"Nothing is called {typed!r}; here is everything again.", markup=False)
            shown = list(entries)


def narrowed(entries: Sequence[Entry], states: Mapping[str, str], words: str) -> list[Entry]:
    """The katas in which every word occurs: in id, title, kind, level or state; never in the pitfall."""
    marks = {"solved": "done solved", "started": "begun started", "new": "new"}

    def text(entry: Entry) -> str:
        state = marks[states.get(entry.id, "new")]
        return f"{entry.id} {entry.card.title} {entry.card.kind} level{entry.card.level} {state}".lower()

    return [entry for entry in entries if all(word in text(entry) for word in words.lower().split())]
