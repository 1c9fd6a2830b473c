"""Which case comes next: best one whose kata was solved some weeks ago, when it has to be recalled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from torchkata.cases.record import Record, at
from torchkata.cases.shelf import Case

DAY = 86_400.0
WEEKS = 14 * DAY


def choose(
    cases: Sequence[Case],
    records: Mapping[str, Record],
    solved: Mapping[str, float],
    now: float,
    *,
    project: str | None = None,
    level: int | None = None,
) -> Case | None:
    """The next case, or None where all that are asked for have ended.

    solved: kata → when it was solved last
    """
    last = next(reversed(list(records)), "")
    before = next((case.project.name for case in cases if case.number == last), "")

    def rank(case: Case) -> tuple[int, int, bool, str]:
        since = now - solved[case.plant.kata] if case.plant.kata in solved else None
        # Just solved, it would be no surprise; never solved, it's harder than it has to be.
        fit = 2 if since is None else 0 if since >= WEEKS else 1 if since >= DAY else 3
        return fit, case.plant.level, case.project.name == before, case.number

    waiting = [
        case
        for case in cases
        if case.number not in records
        and project in (None, case.project.name)
        and level in (None, case.plant.level)
    ]
    return min(waiting, key=rank, default=None)


def solved_at(events: Iterable[dict[str, Any]]) -> dict[str, float]:
    """Kata → when it was solved last, or recalled."""
    found: dict[str, float] = {}
    for event in events:
        solved = event["event"] == "verdict" and event.get("verdict") == "solved"
        if solved or event["event"] == "again":
            found[event["kata"]] = at(event)
    return found
