"""A learner's side of a room: what has happened since they joined is told to the laptop in front.

The queue is the history itself, which every check writes anyway: a report is made of its lines, later, by
whoever has time. So no check waits for a network, and nothing is lost while the room is out of reach.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import random
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from torchkata.collection.layout import Tree
from torchkata.learner.progress import Progress
from torchkata.system import atomic

TIMEOUT = 3.0  # seconds for one exchange
EVERY = 2.0  # seconds between two looks, while a loop is open
SOON, AWAY = 0.25, 1.0  # seconds until the first look after one at which nobody answered; until a later one
GONE, SELDOM = 60, 10.0  # after so many of those nobody is starting that room again just now
BATCH = 50  # reports in one request
LARGEST = 64 * 1024  # bytes of an answer

# What is sent, as people are told before they join.
FIELDS = (
    "your pseudonym in this room",
    "which kata you are at",
    "each verdict, with the first sentence that failed or the name of the known wrong fix",
    "the number of the attempt, the seconds it took, and how many hints you took",
    "your prediction, a letter",
    "help and ok, when you say so",
)


class NoRoom(Exception):
    """The room can't be reached, or doesn't want this; the message says which, and what to do."""


class Away(NoRoom):
    """Nobody answers: the laptop in front is being restarted, or the network is gone."""


@dataclass(frozen=True)
class Seat:
    """Where we have joined. since: only what happened later is told; all times are this machine's."""

    address: str
    key: str
    name: str
    since: float


class Joined:
    """What is in `.kata/room/`: the seat, and which lines of the history have been told."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.progress = Progress(tree)
        self._seat = tree.private / "room" / "seat.json"
        self._told = tree.private / "room" / "told.json"

    @property
    def seat(self) -> Seat | None:
        try:
            return Seat(**json.loads(self._seat.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def join(self, address: str, code: str, name: str) -> Seat:
        """Take a seat. Raises `NoRoom`."""
        address = f"http://{address.removeprefix('http://').rstrip('/')}"
        said = _exchange("POST", f"{address}/seat", {"code": code, "name": name})
        seat = Seat(address, str(said["key"]), str(said["name"]), time.time())
        self._told.unlink(missing_ok=True)
        atomic.write_json(self._seat, asdict(seat))
        os.chmod(self._seat, 0o600)  # whoever has the key is this seat
        return seat

    def leave(self) -> None:
        """Erase the seat, there and here. Raises `NoRoom` if it could not be erased there."""
        seat = self.seat
        if seat is not None:
            _exchange("DELETE", f"{seat.address}/seat", None, seat.key)
        self.forget()

    def forget(self) -> None:
        self._seat.unlink(missing_ok=True)
        self._told.unlink(missing_ok=True)

    def waiting(self) -> list[dict[str, Any]]:
        """The reports that the room has not acknowledged, oldest first."""
        seat, told = self.seat, set(atomic.read_json(self._told) or [])
        if seat is None:
            return []
        return [one for one in _reports(self.progress, seat.since) if one["key"] not in told]

    def send(self) -> dict[str, Any]:
        """Tell everything that waits; where the room is now. Raises `NoRoom`."""
        while True:
            seat, batch = self.seat, self.waiting()[:BATCH]
            if seat is None:
                raise NoRoom("you haven't joined a room: kata join ADDRESS CODE")
            said = _exchange("POST", f"{seat.address}/seat/reports", {"reports": batch}, seat.key)
            if batch:
                told = [*(atomic.read_json(self._told) or []), *(one["key"] for one in batch)]
                atomic.write_json(self._told, told)
            if len(batch) < BATCH:
                return said


def _reports(progress: Progress, since: float) -> Iterator[dict[str, Any]]:
    """One for each event since then. Its key is a digest: the same event is the same report for ever."""
    attempts: dict[str, int] = {}
    hints: dict[str, int] = {}
    for event in progress.events():
        kata, what = event["kata"], event["event"]
        if what == "reset":
            attempts[kata] = hints[kata] = 0
        attempts[kata] = attempts.get(kata, 0) + (what == "verdict")
        hints[kata] = hints.get(kata, 0) + (what == "hint")
        if what not in ("verdict", "hint", "prediction", "flag") or event.get("at", 0) < since:
            continue
        key = hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()[:24]
        if what == "flag":
            yield {"key": key, "flag": event.get("flag")}
            continue
        yield {
            "key": key,
            "kata": kata,
            "verdict": str(event.get("verdict", "")),
            "failure": str(event.get("failure", "")),
            "wrong_fix": str(event.get("wrong_fix") or ""),
            "attempt": attempts[kata],
            "seconds": event.get("seconds", 0),
            "hints": hints[kata],
            "prediction": str(event.get("answer", "")),
        }


def _exchange(method: str, url: str, said: dict[str, Any] | None, key: str = "") -> dict[str, Any]:
    """One request, past any proxy: the room is in this room. Raises `NoRoom`."""
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {key}"} if key else {})
    body = None if said is None else json.dumps(said).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects())
    try:
        request = urllib.request.Request(url, data=body, headers=headers, method=method)
        with opener.open(request, timeout=TIMEOUT) as answer:
            found = json.loads(answer.read(LARGEST) or b"{}")
    except http.client.InvalidURL as problem:
        raise NoRoom(f"{url.partition('/seat')[0]} isn't an address: {problem}") from None
    except urllib.error.HTTPError as problem:
        with problem:
            raise NoRoom(problem.read(200).decode("utf-8", errors="replace") or str(problem)) from None
    except (OSError, ValueError, http.client.HTTPException) as problem:
        raise Away(f"the room at {url.partition('/seat')[0]} can't be reached ({problem})") from None
    if not isinstance(found, dict):
        raise NoRoom(f"{url} isn't a room of torchkata")
    return found


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A key goes to the address that it was made for, and to no other."""

    def redirect_request(self, *_: Any) -> None:
        return None


def tell_in_background(tree: Tree) -> None:
    """For commands that end at once: a process of its own tells what waits, and nobody waits for it."""
    if Joined(tree).seat is None:
        return
    import subprocess  # only by those who have joined: every command that reads would wait for it

    with suppress(OSError):
        subprocess.Popen(
            [sys.executable, "-m", "torchkata.learner.joined", str(tree.root)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def pause(away: int) -> float:
    """Seconds until the next look, after so many in a row at which nobody answered.

    A room that has been started again hears of everybody within a moment, and not of all in the same one.
    """
    if not away:
        return EVERY
    longest = SELDOM if away > GONE else min(AWAY, SOON * 2 ** (away - 1))
    return longest * random.uniform(0.5, 1)


class Messenger:
    """Beside an open loop: tells what waits, and says what is new in the room.

    here: the kata that the loop is at
    """

    def __init__(self, tree: Tree, say: Callable[[str], None], here: Callable[[], str]) -> None:
        self.joined, self.say, self.here = Joined(tree), say, here
        self._stop = threading.Event()
        self._room: dict[str, Any] = {}

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        away = 0
        while not self._stop.wait(pause(away)):
            if self.joined.seat is None:
                continue
            try:
                now = self.joined.send()
            except Away:
                away += 1
                continue
            except (NoRoom, OSError):  # not now, or not here; the next look tries again
                away = 0
                continue
            away = 0
            for sentence in news(self._room, now, self.here()):
                self.say(sentence)
            self._room = now


def news(before: dict[str, Any], now: dict[str, Any], here: str = "") -> Iterator[str]:
    """What a learner who is at the kata `here` is told of a room that has moved on."""

    def became(name: str) -> bool:
        return bool(now.get(name)) and now.get(name) != before.get(name)

    if became("kata") and now["kata"] != here:
        yield f"The room is at {now['kata']} now. To go there: l, {now['kata']}, Enter."
    if became("round") and now["round"] > 1:
        yield "The room votes again. In another terminal: kata vote, and your letter."
    if became("hint"):
        yield f"Hint {now['hint']} is for all now: h shows it."
    if became("solution"):
        yield f"The solution is open to all now: kata diff {now['kata']} --anyway"
    if became("flags"):
        yield "How is it going? In another terminal: kata ok, or kata help."
    if became("helper"):
        yield f"{now['helper']} is on the way to you."
    if became("ended"):
        yield "The session has ended. kata leave erases what this room knows of you."


if __name__ == "__main__":
    with suppress(NoRoom):
        Joined(Tree(Path(sys.argv[1]))).send()
