"""The list inside a session: all katas, narrowed by a word, left with a choice or without."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from rich.console import Console

from torchkata.collection.catalogue import Entry
from torchkata.show import lists

CASE: Literal["c"] = "c"  # a whole project with one bug
# Each on one line of a narrow terminal, with room for the answer.
PROMPT = "a number or id opens it, a word narrows, c gives a case, Enter goes back: "
TRACKS = "a track or a word lists katas, c gives a case, Enter goes back: "
ROOM_FOR_PROMPT = 3  # lines


def choose(
    entries: Sequence[Entry], states: Mapping[str, str], console: Console, ask: Callable[[str], str]
) -> Entry | Literal["c"] | None:
    """Show and narrow the list until something is chosen, a case perhaps; None for nothing. `ask`
    gives the line that answers a prompt, or raises EOFError."""
    numbers = {entry.id: number for number, entry in enumerate(entries, start=1)}
    prompt = _show(entries, entries, states, numbers, console)
    while True:
        try:
            typed = ask(prompt).strip()
        except EOFError:
            console.print()  # Ctrl-D leaves the cursor behind the prompt
            return None
        if not typed:
            return None
        if typed.lower() == CASE:
            return CASE
        exact = [entry for entry in entries if typed in (entry.id, entry.kata.name, str(numbers[entry.id]))]
        if len(exact) == 1:
            return exact[0]
        shown = narrowed(entries, states, typed)
        if shown:
            prompt = _show(shown, entries, states, numbers, console)
        else:
            console.print(_nothing(entries, typed), markup=False)


def _show(
    shown: Sequence[Entry],
    entries: Sequence[Entry],
    states: Mapping[str, str],
    numbers: Mapping[str, int],
    console: Console,
) -> str:
    """Print the katas; where all of them would scroll off the screen, their tracks. What to ask then."""
    if len(shown) == len(entries) > console.height - ROOM_FOR_PROMPT:
        console.print(lists.tracks(shown, states, console.width))
        return TRACKS
    console.print(lists.katas(shown, states, console.width, pitfalls=False, numbers=numbers, whole=True))
    return PROMPT


def _nothing(entries: Sequence[Entry], typed: str) -> str:
    words = {word for entry in entries for word in (entry.id, entry.kata.name, entry.card.track)}
    close = difflib.get_close_matches(typed.lower(), sorted(words), n=3, cutoff=0.6)
    return f"Nothing is called {typed!r}." + (f" Did you mean {' or '.join(close)}?" if close else "")


def narrowed(entries: Sequence[Entry], states: Mapping[str, str], words: str) -> list[Entry]:
    """The katas in which every word occurs: in id, title, kind, level or state; never in the pitfall."""
    marks = {"solved": "done solved", "started": "begun started", "new": "new"}

    def text(entry: Entry) -> str:
        state = marks[states.get(entry.id, "new")]
        return f"{entry.id} {entry.card.title} {entry.card.kind} level{entry.card.level} {state}".lower()

    return [entry for entry in entries if all(word in text(entry) for word in words.lower().split())]
