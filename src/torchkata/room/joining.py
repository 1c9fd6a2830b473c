"""What a seat may say: the code that lets it in, the key that it keeps, reports of known fields alone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, get_args

from torchkata.judging.verdict import Kind
from torchkata.room.state import Seat, State

SEATS = 1000  # in one session
NAME, FAILURE = 40, 300  # characters
VERDICTS = {"", *get_args(Kind)}
FLAGS = ("help", "ok")
LETTERS = ("", "A", "B", "C", "D")

COLORS = (
    "amber",
    "azure",
    "coral",
    "ivory",
    "jade",
    "lilac",
    "mint",
    "ochre",
    "olive",
    "plum",
    "rose",
    "teal",
)
ANIMALS = (
    "crane",
    "falcon",
    "heron",
    "ibis",
    "lynx",
    "marten",
    "newt",
    "otter",
    "owl",
    "seal",
    "tern",
    "wren",
)


def seat_of(given: str, state: State) -> Seat | None:
    """Whose key this is, as `SEAT.SECRET`; the journal holds only a digest of the secret."""
    name, _, secret = given.partition(".")
    seat = state.seats.get(name)
    return seat if seat is not None and hmac.compare_digest(digest(secret), seat.key) else None


def new_key() -> tuple[str, str]:
    """A seat and its secret."""
    return secrets.token_hex(4), secrets.token_urlsafe(16)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def one_line(given: object) -> str:
    """A name as somebody has typed it, on one line; empty for what is none."""
    text = "".join(c for c in given if c.isprintable()) if isinstance(given, str) else ""
    return " ".join(text.split())[:NAME]


def pseudonym(wanted: object, state: State) -> str:
    """What a learner wants to be called, on one line; two words of ours where they don't mind."""
    if name := one_line(wanted):
        return name
    taken = {seat.name for seat in state.seats.values()}
    for _ in range(100):
        name = f"{secrets.choice(COLORS)}-{secrets.choice(ANIMALS)}"
        if name not in taken:
            break
    return name


def report(said: Any, katas: Mapping[str, object]) -> dict[str, Any] | None:
    """The event of one report, with what belongs there and nothing else; None for what is no report."""
    if not isinstance(said, dict):
        return None
    key = said.get("key")
    if not (isinstance(key, str) and key.isalnum() and key.isascii() and len(key) <= 64):
        return None
    if said.get("flag") in FLAGS:
        return {"what": "flag", "key": key, "flag": said["flag"]}
    texts = {name: said.get(name, "") for name in ("kata", "verdict", "failure", "wrong_fix", "prediction")}
    numbers = {name: said.get(name, 0) for name in ("attempt", "hints", "seconds")}
    if not all(isinstance(text, str) for text in texts.values()):
        return None
    if not all(type(number) in (int, float) and 0 <= number < 1e6 for number in numbers.values()):
        return None
    known = texts["kata"] in katas and texts["verdict"] in VERDICTS and texts["prediction"] in LETTERS
    if not known:
        return None
    texts = {name: "".join(c for c in text if c.isprintable())[:FAILURE] for name, text in texts.items()}
    return {"what": "report", "key": key, **texts, **numbers}


class Rate:
    """So many at once, and so many a second after that, for each who asks. Forgets who stays away."""

    def __init__(self, burst: int, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.burst, self.per_second, self.clock = burst, per_second, clock
        self._spent: dict[str, tuple[float, float]] = {}

    def allows(self, who: str, cost: int = 1, *, spend: bool = True) -> bool:
        now = self.clock()
        if len(self._spent) > 10_000:
            self._spent.clear()
        spent, since = self._spent.get(who, (0.0, now))
        spent = max(0.0, spent - (now - since) * self.per_second)
        allowed = spent + cost <= self.burst
        self._spent[who] = (spent + cost if allowed and spend else spent, now)
        return allowed
