"""After a session: its events without names, one page about it, and the end of everything that was kept."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from torchkata.collection.catalogue import Catalogue, UnknownKata
from torchkata.collection.layout import Tree
from torchkata.room import board, pages, running, views
from torchkata.room.journal import Event, Journal
from torchkata.room.state import State
from torchkata.system import scratch

NAMED = ("name", "key", "code", "by", "was")  # what of an event says who somebody is, or opens a door


class NoSession(LookupError):
    """Nothing was kept here; the message says so."""


class StillOpen(RuntimeError):
    """A room that is open would go on from memory, and write again what was deleted."""


def sessions(tree: Tree) -> list[Path]:
    """The journals that are here, oldest first."""
    return sorted((tree.private / "room").glob("*/events.jsonl"))


def last(tree: Tree) -> list[Event]:
    """The events of the last session. Raises `NoSession`."""
    found = sessions(tree)
    if not found:
        raise NoSession("no session was kept here; kata room begins one")
    return Journal(found[-1]).events()


def export(tree: Tree) -> str:
    """The last session as JSON Lines, without names, keys and the code: for counting, and not for grading."""
    seats: dict[str, str] = {}
    lines = []
    for event in last(tree):
        clean = {name: value for name, value in event.items() if name not in NAMED}
        if "seat" in event:
            clean["seat"] = seats.setdefault(event["seat"], f"learner {len(seats) + 1}")
        lines.append(json.dumps(clean, ensure_ascii=False) + "\n")
    return "".join(lines)


def report(tree: Tree) -> str:
    """The last session on one page of HTML: sums, and no names."""
    events = last(tree)
    state, catalogue = State.of(events), Catalogue(tree)
    names = [str(name) for name in state.session.get("parts", [])]
    ends = {**state.began, len(names): events[-1]["at"]}
    parts: list[dict[str, Any]] = []
    for number, name in enumerate(names):
        began = state.began.get(number)
        # A later part may have been looked at before this one began.
        later = [at for other, at in ends.items() if other > number and began is not None and at >= began]
        took = round((min(later) - began) / 60) if began is not None and later else None
        part: dict[str, Any] = {"name": name, "took": took, "title": "", "common": [], "votes": []}
        part["reached"] = began is not None
        try:
            entry = catalogue[name]
        except UnknownKata:  # a talk or a break, or a kata that is gone
            parts.append(part)
            continue
        part["title"] = entry.card.title
        part["sums"] = board.sums(state, entry.id)
        part["common"] = [(views.in_words(entry, how), n) for how, n in board.common(state, entry.id)]
        part["answer"] = entry.card.answer
        rounds = [state.tally(entry.id, number) for number in (1, 2, 3)]
        part["votes"] = [dict(sorted(tally.items())) for tally in rounds if tally]
        parts.append(part)
    day = time.strftime("%Y-%m-%d", time.localtime(events[0]["at"]))
    title = str(state.session.get("title", ""))
    return pages.page("report.html", title=title, day=day, seats=len(state.learners), parts=parts)


def forget(tree: Tree) -> int:
    """Delete every session, with the presenter's copies; how many there were.

    Raises `StillOpen`, and deletes nothing, while a room is open here.
    """
    found = sessions(tree)
    if any(running.is_open(journal.parent) for journal in found):
        raise StillOpen(
            "a room is open here. End it first, with Ctrl-C in its terminal; then: kata room forget"
        )
    for journal in found:
        scratch.remove(journal.parent)
    return len(found)
