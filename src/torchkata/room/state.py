"""The state of a room: a pure function of its journal. The same events give the same state anywhere."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any

from torchkata.room.journal import Event

BROKEN = ("internal", "unavailable")  # verdicts that speak of the machine, and not of the program


@dataclass(frozen=True)
class Controls:
    """Where the facilitator is, and what they have opened for all. Every change can be undone.

    since:   when this part began; box: when the time box ends, both by the server's clock
    clock:   which moment is minute 0 of the plan; 0 for the one in which the session was opened
    picture: which of this step's is on stage in the place of the run, from 1; 0 for none
    """

    part: int = 0
    step: int = 0
    since: float = 0.0
    clock: float = 0.0
    picture: int = 0
    hints: int = 0
    round: int = 1
    votes_shown: bool = False
    box: float = 0.0
    hint_for_all: int = 0
    solution_for_all: bool = False
    flags_please: bool = False
    ended: bool = False


CONTROLS = {f.name: type(f.default) for f in fields(Controls)}
STAYS = ("clock", "flags_please", "ended")  # everything else begins anew with a part


@dataclass
class Seat:
    """One learner, as far as they have said. Times are the server's.

    phone:   only votes, and needs no help
    failure: how the last check failed, in words; same: how often in a row
    fresh:   when a failure was last a new one; moved: when anything last came from here
    settled: has asked for help, and has solved a kata since
    """

    id: str
    name: str
    key: str
    joined: float
    phone: bool = False
    kata: str = ""
    verdict: str = ""
    failure: str = ""
    same: int = 0
    fresh: float = 0.0
    moved: float = 0.0
    saved: float = 0.0
    attempts: int = 0
    hints: int = 0
    flag: str = ""
    asked: float = 0.0
    settled: bool = False
    claimed: str = ""
    solved: set[str] = field(default_factory=set)
    reports: set[str] = field(default_factory=set)


HELPED = ("flag", "asked", "settled", "claimed", "same", "fresh", "moved")  # what help changes of a seat


@dataclass
class State:
    """Apply every event once, in order. Whoever reads it changes nothing."""

    controls: Controls = Controls()
    began: dict[int, float] = field(default_factory=dict)  # part → when it was first shown
    seats: dict[str, Seat] = field(default_factory=dict)
    # kata → how it fails → the seats that ever saw it
    failures: dict[str, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(dict))
    votes: dict[tuple[str, int], dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    hands: dict[tuple[str, int], dict[str, int]] = field(default_factory=dict)
    session: Event = field(default_factory=dict)
    # What undo goes back to: controls with the beginnings of the parts, or the event that takes back
    # what happened to a seat or to a count of hands.
    _past: list[tuple[Controls, dict[int, float]] | Event] = field(default_factory=list)

    @classmethod
    def of(cls, events: Iterable[Event]) -> State:
        state = cls()
        for event in events:
            state.apply(event)
        return state

    def apply(self, event: Event) -> None:
        """What isn't known is left alone: a newer torchkata may have written it."""
        act = getattr(self, f"on_{event['what']}", None)
        if act is not None:
            act(event)

    def on_session(self, event: Event) -> None:
        self.session = event
        self.controls = Controls(since=event["at"])
        self.began[0] = event["at"]

    def on_control(self, event: Event) -> None:
        change: dict[str, Any] = event["set"]
        self._past.append((self.controls, self.began))
        now = self.controls
        if change.get("part", now.part) != now.part:
            now = Controls(since=event["at"], **{name: getattr(now, name) for name in STAYS})
            self.began = {change["part"]: event["at"], **self.began}  # when it was first shown
        elif change.get("step", now.step) != now.step:
            now = replace(now, picture=0)
        self.controls = now = replace(now, **change)
        if "clock" in change:
            self.began = {**self.began, now.part: now.since}

    def on_undo(self, event: Event) -> None:
        if self._past and isinstance(last := self._past[-1], tuple):
            self.controls, self.began = last
            self._past.pop()

    @property
    def undoes(self) -> Event | None:
        """The event that takes back what was done last; None where there is nothing to take back."""
        if not self._past:
            return None
        last = self._past[-1]
        return {"what": "undo"} if isinstance(last, tuple) else last

    def _done(self, event: Event, back: Event) -> None:
        """Something that undo can take back; or it was undo itself.

        The event that takes it back names what it is about, so that a seat that is erased takes both along.
        """
        if not event.get("undoes"):
            self._past.append({**back, "undoes": True})
        elif self._past:
            self._past.pop()

    def on_hands(self, event: Event) -> None:
        place = event["kata"], event["round"]
        back = {"what": "hands", "kata": place[0], "round": place[1], "counts": self.hands.get(place, {})}
        self._done(event, back)
        self.hands[place] = event["counts"]

    def on_vote(self, event: Event) -> None:
        if event["seat"] in self.seats:
            self.votes[event["kata"], event["round"]][event["seat"]] = event["answer"]

    def on_join(self, event: Event) -> None:
        name, at = event["name"], event["at"]
        self.seats[event["seat"]] = Seat(
            event["seat"], name, event["key"], at, event.get("phone", False), fresh=at, moved=at
        )

    def on_flag(self, event: Event) -> None:
        seat = self.seats.get(event["seat"])
        if seat is None or not self._is_new(seat, event):
            return
        asked_before, seat.flag = seat.flag == "help", event["flag"]
        if seat.flag == "help":
            seat.asked, seat.settled = seat.asked or event["at"], False
            seat.claimed = seat.claimed if asked_before else ""
        else:
            seat.asked, seat.settled, seat.claimed = 0.0, False, ""

    def on_claim(self, event: Event) -> None:
        if seat := self.seats.get(event["seat"]):
            self._done(event, {"what": "claim", "seat": seat.id, "by": seat.claimed})
            seat.claimed = event["by"]

    def on_helped(self, event: Event) -> None:
        """Somebody has been there: who was helped rarely types `kata ok`, and the list is for others."""
        if seat := self.seats.get(event["seat"]):
            self._done(
                event, {"what": "helped", "seat": seat.id, "was": {n: getattr(seat, n) for n in HELPED}}
            )
            fresh = {"same": 0, "fresh": event["at"], "moved": event["at"]}
            nothing = {"flag": "", "asked": 0.0, "settled": False, "claimed": ""}
            was = event.get("was", nothing | fresh)
            for name in HELPED:
                setattr(seat, name, was[name])

    def on_report(self, event: Event) -> None:
        seat = self.seats.get(event["seat"])
        if seat is None or not self._is_new(seat, event):
            return
        kata, verdict, at = event["kata"], event["verdict"], event["at"]
        if kata != seat.kata:
            seat.kata, seat.verdict, seat.same, seat.failure, seat.fresh = kata, "", 0, "", at
        seat.moved, seat.verdict = at, verdict or seat.verdict
        seat.attempts, seat.hints = event["attempt"], event["hints"]
        if event["prediction"]:
            self.votes[kata, event["round"]][seat.id] = event["prediction"]
        if not verdict:  # a hint or a prediction, and no check
            return
        seat.saved = at
        if verdict in ("solved", "untouched"):
            seat.failure, seat.same, seat.fresh = "", 0, at
            if verdict == "solved":
                seat.solved.add(kata)
                seat.settled, seat.claimed = seat.flag == "help", ""
            return
        failure = event["wrong_fix"] or event["failure"] or verdict
        seat.same = seat.same + 1 if failure == seat.failure else 1
        seat.fresh = at if failure != seat.failure else seat.fresh
        seat.failure = failure
        if verdict not in BROKEN:
            self.failures[kata].setdefault(failure, set()).add(seat.id)

    def _is_new(self, seat: Seat, event: Event) -> bool:
        """A report that comes twice, because its acknowledgement was lost, counts once."""
        if event["key"] in seat.reports:
            return False
        seat.reports.add(event["key"])
        seat.moved = event["at"]
        return True

    @property
    def learners(self) -> list[Seat]:
        """Who has joined with a loop, in the order of joining."""
        return [seat for seat in self.seats.values() if not seat.phone]

    @property
    def phones(self) -> list[Seat]:
        return [seat for seat in self.seats.values() if seat.phone]

    def votes_of(self, seats: Iterable[Seat], kata: str, number: int) -> Counter[str]:
        """What these have voted in one round, by letter."""
        votes = self.votes.get((kata, number), {})
        return Counter(votes[seat.id] for seat in seats if seat.id in votes)

    def tally(self, kata: str, number: int) -> Counter[str]:
        """Votes and hands together in one round, by letter."""
        counts = Counter(self.votes.get((kata, number), {}).values())
        counts.update(self.hands.get((kata, number), {}))
        return counts
