"""All katas at a glance, and how far somebody has come."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Group, OverflowMethod, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from torchkata.collection.catalogue import Entry

ROOM_FOR_SYMPTOM = 34  # columns beside the id below which a symptom would be a column of syllables
WIDE = 120  # columns from which level, kind, minutes and solved pitfalls stand beside the symptom
MARKS = {"solved": "done", "started": "begun", "new": ""}


def cut() -> OverflowMethod:
    """How a cell that is too long ends: an ellipsis becomes three letters where the terminal knows none."""
    return "ellipsis" if (sys.stdout.encoding or "").lower().startswith("utf") else "crop"


def header(entry: Entry, solved: int, total: int, width: int) -> Text:
    """The kata, and how far the learner has come over all katas: a mark from the first one on."""
    room = max(10, min(30, width - len(entry.id) - 30))
    full = -(-room * solved // total) if total else 0
    bar = f"[{'#' * full}{'-' * (room - full)}] {solved}/{total}"
    return Text.assemble("\n", (entry.id, "bold"), "   ", bar)


def tracks(entries: Iterable[Entry], states: Mapping[str, str], width: int) -> RenderableType:
    """The tracks in the order of learning, how far one is in each, and a symptom that isn't solved yet."""
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0), expand=True)
    by_track: dict[str, list[Entry]] = {}
    for entry in entries:
        by_track.setdefault(entry.card.track, []).append(entry)
    table.add_column(justify="right", no_wrap=True, min_width=5)
    table.add_column(no_wrap=True, min_width=max(map(len, by_track), default=0))
    table.add_column(no_wrap=True, overflow=cut(), ratio=1)
    for name, members in by_track.items():
        left = [entry for entry in members if states.get(entry.id) != "solved"]
        style = "" if left else "green"
        done = len(members) - len(left)
        begun = [entry.kata.name for entry in left if states.get(entry.id) == "started"]
        about = f"begun: {', '.join(begun)}" if begun else left[0].card.title if left else "all done"
        table.add_row(Text(f"{done}/{len(members)}", style=style), name, about)
    return table


def lines(entries: Sequence[Entry], states: Mapping[str, str], *, pitfalls: bool) -> list[str]:
    """The list for pipes: a line a kata, nothing cut, and nothing that only fills up."""
    longest = max((len(entry.id) for entry in entries), default=0)
    found = []
    for entry in entries:
        c, now = entry.card, states.get(entry.id, "new")
        about = f"(level {c.level}, {c.kind}, {c.minutes} min)"
        known = f"  {c.pitfall}" if pitfalls or now == "solved" else ""
        found.append(f"{MARKS[now]:<5}  {entry.id:<{longest}}  {_titled(entry)} {about}{known}")
    return found


def _two_lines(entry: Entry, states: Mapping[str, str], numbers: Mapping[str, int]) -> RenderableType:
    """A kata of the list in a narrow window: its symptom below its id."""
    mark = MARKS[states.get(entry.id, "new")]
    head = Text(f"{numbers[entry.id]}  {entry.id}  {mark}".rstrip(), style="bold")
    return Group(head, Padding(Text(_titled(entry)), (0, 0, 0, 4)))


def _titled(entry: Entry) -> str:
    needs = entry.card.needs
    return entry.card.title + (f" (needs {' '.join(needs)})" if needs else "")


def katas(
    entries: Iterable[Entry],
    states: Mapping[str, str],
    width: int,
    *,
    pitfalls: bool,
    numbers: Mapping[str, int] | None = None,
    whole: bool = False,
) -> RenderableType:
    """The list for people, at any width: a line a kata, unless its symptom is wanted whole.

    pitfalls: name the causes as well; without it, only those of solved katas, and only where there is room
    numbers:  what to type for each, if it can be chosen by a number
    whole:    wrap a symptom that is too long for its line
    """
    shown = list(entries)
    longest = max((len(entry.id) for entry in shown), default=0)
    if whole and numbers and width - longest < ROOM_FOR_SYMPTOM:
        return Group(*(_two_lines(entry, states, numbers) for entry in shown))
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0), expand=True)
    if numbers:
        most = max((len(str(numbers[entry.id])) for entry in shown), default=1)
        table.add_column(justify="right", no_wrap=True, min_width=most)
    table.add_column(no_wrap=True)  # state
    table.add_column(no_wrap=True, min_width=min(longest, width - 20))  # id
    folds = pitfalls or whole
    table.add_column(no_wrap=not folds, overflow="fold" if folds else cut(), ratio=1)  # symptom
    if width >= WIDE:
        table.add_column(no_wrap=True)
        table.add_column(
            no_wrap=True,
            min_width=max((len(e.card.pitfall) for e in shown if states.get(e.id) == "solved"), default=0),
        )
    for entry in shown:
        c, now = entry.card, states.get(entry.id, "new")
        title = _titled(entry)
        mark = Text(MARKS[now], style="green" if now == "solved" else "")
        row: list[Text | str] = [mark, entry.id, f"{title} ({c.pitfall})" if pitfalls else title]
        if width >= WIDE:
            row += [f"level {c.level}, {c.kind}, {c.minutes} min"]
            row += [c.pitfall if now == "solved" and not pitfalls else ""]
        if numbers:
            row.insert(0, str(numbers[c.id]))
        table.add_row(*row)
    return table
