"""All katas at a glance, and how far somebody has come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from torchkata.collection.catalogue import Entry

WIDE = 120  # columns from which level, kind, minutes and solved pitfalls stand beside the symptom
MARKS = {"solved": "done", "started": "begun", "new": ""}


def header(entry: Entry, solved: int, total: int, width: int) -> Text:
    """The kata, and how far the learner has come over all katas: a mark from the first one on."""
    room = max(10, min(30, width - len(entry.id) - 30))
    full = -(-room * solved // total) if total else 0
    bar = f"[{'#' * full}{'-' * (room - full)}] {solved}/{total}"
    return Text.assemble("\n", (entry.id, "bold"), "   ", (bar, "cyan"))


def katas(
    entries: Iterable[Entry],
    states: Mapping[str, str],
    width: int,
    *,
    pitfalls: bool,
    numbers: Mapping[str, int] | None = None,
) -> RenderableType:
    """The list for people, a line a kata, at any width.

    pitfalls: name the causes as well; without it, only those of solved katas, and only where there is room
    numbers:  what to type for each, if it can be chosen by a number
    """
    shown = list(entries)
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0), expand=True)
    if numbers:
        table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)  # state
    longest = max((len(entry.id) for entry in shown), default=0)
    table.add_column(no_wrap=True, min_width=min(longest, width - 20))  # id
    table.add_column(no_wrap=not pitfalls, overflow="fold" if pitfalls else "ellipsis", ratio=1)  # symptom
    if width >= WIDE:
        table.add_column(no_wrap=True)
        table.add_column(
            no_wrap=True,
            min_width=max((len(e.card.pitfall) for e in shown if states.get(e.id) == "solved"), default=0),
        )
    for entry in shown:
        c, now = entry.card, states.get(entry.id, "new")
        title = c.title + (f" (needs {' '.join(c.needs)})" if c.needs else "")
        row = [MARKS[now], entry.id, f"{title} ({c.pitfall})" if pitfalls else title]
        if width >= WIDE:
            row += [f"level {c.level}, {c.kind}, {c.minutes} min"]
            row += [c.pitfall if now == "solved" and not pitfalls else ""]
        if numbers:
            row.insert(0, str(numbers[c.id]))
        table.add_row(*row, style="green" if now == "solved" else "")
    return table
