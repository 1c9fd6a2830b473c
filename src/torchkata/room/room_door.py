"""The room's door: joining, reports, votes, flags. No route here runs code, or reads a learner's file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from torchkata import markup
from torchkata.room import joining, pages, views
from torchkata.room.guard import Guard
from torchkata.room.joining import Rate
from torchkata.room.session import Session
from torchkata.room.state import Seat

LARGEST = 64 * 1024  # bytes of a body
REPORTS = 50  # in one request
PUBLIC = Path(__file__).with_name("static")


class RoomDoor:
    """katas: what reports may be about, by id
    kit:   a folder that `kata kit` has made, whose wheels learners may fetch
    """

    def __init__(
        self, session: Session, port: int, katas: Mapping[str, object], kit: Path | None = None
    ) -> None:
        self.session, self.port, self.katas, self.kit = session, port, katas, kit
        self.wrong_codes = Rate(burst=10, per_second=0.1)
        self.joins = Rate(burst=150, per_second=0.5)  # a whole room may sit behind one address
        self.reports = Rate(burst=300, per_second=2.0)
        self.cookie = f"kata-seat-{port}"

    def app(self) -> Starlette:
        routes: list[BaseRoute] = [
            Route("/", self.phone),
            Route("/phone/join", self.phone_join, methods=["POST"]),
            Route("/phone/vote", self.phone_vote, methods=["POST"]),
            Route("/phone/leave", self.phone_leave, methods=["POST"]),
            Route("/seat", self.join, methods=["POST"]),
            Route("/seat", self.leave, methods=["DELETE"]),
            Route("/seat/reports", self.take, methods=["POST"]),
            Mount("/static", StaticFiles(directory=PUBLIC)),
        ]
        if self.kit is not None:
            routes.append(Route("/kit/", self.wheels))
            routes.append(Mount("/kit/wheels", StaticFiles(directory=self.kit / "wheels")))
        return Starlette(
            routes=routes, middleware=[Middleware(Guard, is_ours=self._is_ours, largest=LARGEST)]
        )

    def _is_ours(self, host: str) -> bool:
        """Numbers alone: a name could be somebody else's who makes it point here."""
        address = rf"(\d{{1,3}}\.){{3}}\d{{1,3}}:{self.port}"
        return re.fullmatch(address, host, re.ASCII) is not None

    # What both ways of joining share

    def _admit(
        self, request: Request, code: object, name: object, *, phone: bool = False
    ) -> tuple[str, str] | Response:
        """A new seat's key and name, or why there is none."""
        who = request.client.host if request.client else ""
        if not self.wrong_codes.allows(who, spend=False):
            return PlainTextResponse("too many wrong codes; wait a minute", 429)
        given = code.strip().upper() if isinstance(code, str) else ""
        if given != self.session.code:
            self.wrong_codes.allows(who)
            return PlainTextResponse("this isn't the code on the screen", 403)
        if not self.joins.allows(who):
            return PlainTextResponse("too many seats at once; wait a minute", 429)
        if len(self.session.state.seats) >= joining.SEATS:
            return PlainTextResponse("every seat is taken", 403)
        seat, secret = joining.new_key()
        called = joining.pseudonym(name, self.session.state)
        key = joining.digest(secret)
        self.session.record("join", seat=seat, name=called, key=key, phone=phone)
        return f"{seat}.{secret}", called

    def _seat(self, request: Request) -> Seat | None:
        """Whose request this is, by the key of a loop or by the cookie of a phone."""
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        given = key if scheme.lower() == "bearer" else request.cookies.get(self.cookie, "")
        return joining.seat_of(given, self.session.state)

    def _vote(self, seat: Seat, said: Mapping[str, str]) -> None:
        """A page may be seconds old: what it asked is over, and nobody has answered the next question."""
        entry, controls = self.session.entry, self.session.controls
        answer, asked = said.get("answer", ""), (said.get("kata"), said.get("round"))
        if entry is None or asked != (entry.id, str(controls.round)):
            return
        if answer in dict(views.options(entry)):
            self.session.record("vote", seat=seat.id, kata=entry.id, round=controls.round, answer=answer)

    # Loops and commands

    async def join(self, request: Request) -> Response:
        said = await _json(request)
        admitted = self._admit(request, said.get("code"), said.get("name"))
        if isinstance(admitted, Response):
            return admitted
        key, name = admitted
        return JSONResponse({"key": key, "name": name, "title": self.session.plan.title})

    async def leave(self, request: Request) -> Response:
        seat = self._seat(request)
        if seat is None:
            return PlainTextResponse("no such seat", 403)
        self.session.forget(seat.id)
        return Response(status_code=204)

    async def take(self, request: Request) -> Response:
        """Reports, in order; and in return where the room is. What is no report is passed over."""
        said = (await _json(request)).get("reports", [])
        seat = self._seat(request)  # not before: whoever has left meanwhile is erased, and stays so
        if seat is None:
            return PlainTextResponse("no such seat", 403)
        if not isinstance(said, list) or len(said) > REPORTS:
            return PlainTextResponse(f"reports: a list of {REPORTS} at most", 400)
        if not self.reports.allows(seat.id, max(1, len(said))):
            return PlainTextResponse("slower, please", 429)
        here, controls = self.session.entry, self.session.controls
        events: dict[str, dict[str, Any]] = {}  # by key: what comes twice counts once
        for event in (joining.report(one, self.katas) for one in said):
            if event is not None and event["key"] not in seat.reports:
                voting = here is not None and event.get("kata") == here.id
                events[event["key"]] = {**event, "seat": seat.id, "round": controls.round if voting else 1}
        self.session.record_all(list(events.values()))
        return JSONResponse({"taken": len(said), **self._where(seat)})

    def _where(self, seat: Seat) -> dict[str, Any]:
        controls, entry = self.session.controls, self.session.entry
        return {
            "kata": entry.id if entry is not None else "",
            "hint": controls.hint_for_all,
            "solution": controls.solution_for_all,
            "flags": controls.flags_please,
            "ended": controls.ended,
            "helper": seat.claimed,
            "round": controls.round,
        }

    async def wheels(self, request: Request) -> Response:
        """What pip's --find-links reads: a page of links."""
        assert self.kit is not None
        names = sorted(file.name for file in (self.kit / "wheels").glob("*.whl"))
        return HTMLResponse(pages.page("kit.html", names=names, host=request.headers["host"]))

    # Phones

    async def phone(self, request: Request) -> Response:
        return self._phone(self._seat(request), request.query_params.get("code", ""))

    def _phone(self, seat: Seat | None, code: str = "", wrong: str = "", status: int = 200) -> Response:
        """wrong: why they haven't got a seat"""
        entry, controls = self.session.entry, self.session.controls
        voting = entry is not None and self.session.step.name == "predict"
        values: dict[str, Any] = {"title": self.session.plan.title, "seat": seat, "voting": voting}
        values |= {"code": code[:12], "wrong": wrong, "round": controls.round, "ended": controls.ended}
        if seat is not None and voting and entry is not None:
            votes = self.session.state.votes.get((entry.id, controls.round), {})
            values |= {
                "kata": entry.id,
                "question": markup.question(entry.card.sections["Predict"]),
                "options": views.options(entry),
                "mine": votes.get(seat.id, ""),
            }
        return HTMLResponse(pages.page("phone.html", **values), status)

    async def phone_join(self, request: Request) -> Response:
        said = await _form(request)
        admitted = self._admit(request, said.get("code"), said.get("name"), phone=True)
        if isinstance(admitted, Response):  # in sight of the code they typed, and ready for the right one
            wrong = bytes(admitted.body).decode()
            return self._phone(None, said.get("code", ""), wrong, admitted.status_code)
        response = RedirectResponse("/", 303)
        response.set_cookie(self.cookie, admitted[0], httponly=True, samesite="strict", max_age=12 * 3600)
        return response

    async def phone_vote(self, request: Request) -> Response:
        said = await _form(request)
        seat = self._seat(request)
        if seat is None:
            return PlainTextResponse("no such seat", 403)
        if not self.reports.allows(seat.id):
            return PlainTextResponse("slower, please", 429)
        self._vote(seat, said)
        return RedirectResponse("/", 303)

    async def phone_leave(self, request: Request) -> Response:
        seat = self._seat(request)
        if seat is None:
            return PlainTextResponse("no such seat", 403)
        self.session.forget(seat.id)
        response = RedirectResponse("/", 303)
        response.delete_cookie(self.cookie)
        return response


async def _json(request: Request) -> dict[str, Any]:
    try:
        said = json.loads(await request.body())
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


async def _form(request: Request) -> dict[str, str]:
    text = (await request.body()).decode("utf-8", errors="replace")
    try:
        return {name: values[0] for name, values in parse_qs(text, max_num_fields=8).items()}
    except ValueError:  # more fields than any form of ours
        return {}
