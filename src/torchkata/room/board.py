"""What a board answers: who needs a human next, and what is the room's common wrong answer?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from torchkata.room.state import BROKEN, Seat, State

SAME = 4  # times the same failure
STUCK = 300.0  # seconds without a new failure while saving, and without any sign at all
SAVING = 120.0  # seconds after a save in which somebody counts as saving


@dataclass(frozen=True)
class Need:
    """One row of the list. reason: why, in words; waiting: seconds."""

    seat: Seat
    reason: str
    waiting: float

    @property
    def words(self) -> str:
        """The reason, and since when where it doesn't say so itself."""
        minutes = int(self.waiting // 60)
        since = f"for {minutes} min" if minutes else "just now"
        return self.reason if "minutes" in self.reason else f"{self.reason}, {since}"


def asked(seat: Seat, now: float) -> Need | None:
    return (
        Need(seat, "asked for help", now - seat.asked) if seat.flag == "help" and not seat.settled else None
    )


def asked_and_solved(seat: Seat, now: float) -> Need | None:
    """Perhaps nothing is left to ask; they say so themselves, or somebody looks, after all others."""
    return Need(seat, "asked for help, and has solved it since", now - seat.asked) if seat.settled else None


def same_failure(seat: Seat, now: float) -> Need | None:
    said = f"the same failure {seat.same} times"
    return Need(seat, said, now - seat.fresh) if seat.same >= SAME and seat.verdict not in BROKEN else None


def nothing_new(seat: Seat, now: float) -> Need | None:
    since = now - seat.fresh
    saving = seat.failure and seat.verdict not in BROKEN and now - seat.saved < SAVING
    said = f"saves, and nothing new for {int(since // 60)} minutes"
    return Need(seat, said, since) if saving and since >= STUCK else None


def broken_environment(seat: Seat, now: float) -> Need | None:
    return Need(seat, "the environment is broken", now - seat.fresh) if seat.verdict in BROKEN else None


def idle(seat: Seat, now: float, begun: float, kata: str = "") -> Need | None:
    """begun: when this part did; before that, nobody was expected to do anything in it
    kata:  what is on; whoever solved another one still has this one before them"""
    since = now - max(seat.moved, begun)
    done = kata in seat.solved if kata else seat.verdict == "solved"
    if since < STUCK or seat.flag == "ok" or done:
        return None
    return Need(seat, f"no sign for {int(since // 60)} minutes", since)


def needs(state: State, now: float, *, working: bool = True, kata: str = "") -> list[Need]:
    """Who needs a human next; each seat once, for its first reason; of two for the same reason, who has
    waited longer comes first. Whoever is helped already comes last.

    working: whether a kata is on, and `kata` which; in a talk or a break, no sign is no reason
    """
    silent = [partial(idle, begun=state.controls.since, kata=kata)] if working else []
    reasons: tuple[Callable[[Seat, float], Need | None], ...]
    reasons = (asked, same_failure, nothing_new, broken_environment, *silent, asked_and_solved)
    found = []
    for seat in state.learners:
        for place, reason in enumerate(reasons):
            if need := reason(seat, now):
                found.append((bool(seat.claimed), place, -need.waiting, seat.id, need))
                break
    return [need for *_, need in sorted(found, key=lambda row: row[:4])]


def common(state: State, kata: str) -> list[tuple[str, int]]:
    """How a kata was failed, the most frequent first, and by how many."""
    counts = [(failure, len(seats)) for failure, seats in state.failures.get(kata, {}).items() if seats]
    return sorted(counts, key=lambda row: (-row[1], row[0]))


def sums(state: State, kata: str) -> dict[str, int]:
    """Of all seats, how many have solved this kata, are at it, and wait for help: no more may a stage say."""
    seats = state.learners
    return {
        "seats": len(seats),
        "solved": sum(kata in seat.solved for seat in seats),
        "at it": sum(seat.kata == kata and kata not in seat.solved for seat in seats),
        "asked": sum(seat.flag == "help" for seat in seats),
    }
