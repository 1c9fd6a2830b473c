"""One event in front of people: the plan, its journal, and the state that both doors show."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from torchkata.collection.catalogue import Entry
from torchkata.collection.layout import Tree
from torchkata.room import steps
from torchkata.room.journal import Event, Journal
from torchkata.room.plan import Part, Plan
from torchkata.room.state import CONTROLS, Controls, State
from torchkata.room.steps import Step

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without 0, O, 1 and I, which look alike on a projector
CODE = 6
FRESH = 12 * 3600  # seconds in which the same plan, started again, goes on instead of beginning


class Session:
    """Owns the state. Every change is an event, on the disk before anybody sees it."""

    def __init__(self, plan: Plan, journal: Journal, state: State | None = None) -> None:
        """state: that of the journal, where somebody has just read it"""
        self.plan, self.journal = plan, journal
        self.state = State.of(journal.events()) if state is None else state
        self._listeners: set[asyncio.Event] = set()
        self.closing = False
        if not self.state.session:
            code = "".join(secrets.choice(LETTERS) for _ in range(CODE))
            self.record("session", title=plan.title, parts=[part.name for part in plan.parts], code=code)

    @property
    def code(self) -> str:
        return str(self.state.session["code"])

    def record(self, what: str, **content: Any) -> Event:
        event = self.journal.write(what, **content)
        self.state.apply(event)
        self.changed()
        return event

    def record_all(self, events: list[Event]) -> None:
        for event in self.journal.write_all(events):
            self.state.apply(event)
        if events:  # loops ask every two seconds, and mostly there is nothing to tell
            self.changed()

    def forget(self, seat: str) -> None:
        """Erase a seat, and whatever came from it."""
        self.journal.forget(seat)
        self.state = State.of(self.journal.events())
        self.changed()

    # Who is told

    def changed(self) -> None:
        for listener in self._listeners:
            listener.set()

    async def changes(self) -> AsyncIterator[None]:
        """Once at the beginning, and after every change; several at a time are one."""
        listener = asyncio.Event()
        listener.set()
        self._listeners.add(listener)
        try:
            while True:
                await listener.wait()
                listener.clear()
                if self.closing:
                    return
                yield
        finally:
            self._listeners.discard(listener)

    def close(self) -> None:
        """Whoever listens is let go: a server that waits for them never ends."""
        self.closing = True
        self.changed()

    # Where we are

    @property
    def controls(self) -> Controls:
        return self.state.controls

    @property
    def at(self) -> int:
        """The number of the part; a plan may have got shorter since its journal was begun."""
        return min(self.controls.part, len(self.plan.parts) - 1)

    @property
    def part(self) -> Part:
        return self.plan.parts[self.at]

    @property
    def entry(self) -> Entry | None:
        return self.part.entry

    @property
    def steps(self) -> tuple[Step, ...]:
        return steps.of(self.part)

    @property
    def step(self) -> Step:
        return self.steps[min(self.controls.step, len(self.steps) - 1)]

    @property
    def following(self) -> Part | None:
        """The part after this one."""
        return self.plan.parts[self.at + 1] if self.at + 1 < len(self.plan.parts) else None

    @property
    def is_last_step(self) -> bool:
        return self.controls.step + 1 >= len(self.steps)

    # What the facilitator does

    def control(self, **change: Any) -> None:
        for name, value in change.items():
            if type(value) is not CONTROLS.get(name):
                raise ValueError(f"{name} = {value!r}")
        self.record("control", set=change)

    def begin_part(self) -> None:
        """It begins now, and the plan's clock shows the minute in which it should: people came late."""
        now = self.journal.clock()
        self.control(since=now, clock=now - 60.0 * self.plan.starts[self.at])

    def next(self) -> None:
        part, step = self.controls.part, self.controls.step
        if step + 1 < len(self.steps):
            self.control(step=step + 1)
        elif part + 1 < len(self.plan.parts):
            self.control(part=part + 1, step=0)

    def back(self) -> None:
        part, step = self.controls.part, self.controls.step
        if step > 0:
            self.control(step=step - 1)
        elif part > 0:
            self.control(part=part - 1, step=len(steps.of(self.plan.parts[part - 1])) - 1)

    def go(self, name: str) -> None:
        """To a step of this part, by its name."""
        names = [step.name for step in self.steps]
        if name in names and names.index(name) != self.controls.step:
            self.control(step=names.index(name))

    def hint(self) -> None:
        if self.entry is not None and self.controls.hints < len(self.entry.card.hints):
            self.control(hints=self.controls.hints + 1)

    def undo(self) -> None:
        if event := self.state.undoes:
            self.record_all([event])


def begin(tree: Tree, plan: Plan, *, anew: bool = False) -> tuple[Session, bool]:
    """The session of this plan, and whether it goes on: a crash in the middle costs nobody anything."""
    folder = tree.private / "room"
    parts = hashlib.sha256("\0".join([plan.title, *(part.name for part in plan.parts)]).encode()).hexdigest()
    last = max(folder.glob(f"*-{parts[:8]}/events.jsonl"), default=None)
    if last is not None and not anew:
        journal = Journal(last)
        events = journal.events()
        if events and time.time() - events[-1]["at"] < FRESH:
            state = State.of(events)
            if not state.controls.ended:
                return Session(plan, journal, state), True
    now = time.time()
    stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(now)) + f"-{int(now % 1 * 1000):03}"
    return Session(plan, Journal(folder / f"{stamp}-{parts[:8]}" / "events.jsonl")), False


def folder_of(session: Session) -> Path:
    """Where the session keeps what is its own."""
    return session.journal.file.parent
