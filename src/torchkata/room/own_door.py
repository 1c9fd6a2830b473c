"""The door on 127.0.0.1: the stage and the desk. Only here is code run."""

from __future__ import annotations

import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from sse_starlette.sse import EventSourceResponse
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from torchkata.room import joining, pages, views
from torchkata.room.guard import Guard
from torchkata.room.session import Session
from torchkata.room.stage import LARGEST, Stage

STATIC = Path(__file__).with_name("static")
RUNS = ("red", "edit", "green")
PICTURED = ("red", "green")

Answer = Callable[[Request], Awaitable[Response]]


class OwnDoor:
    """token: in the address that is printed; a browser that came with it keeps it in a cookie.
    room:  where learners join, as ADDRESS:PORT; empty while that door is shut
    """

    def __init__(self, session: Session, stage: Stage, token: str, port: int, room: str = "") -> None:
        self.session, self.stage, self.token, self.port, self.room = session, stage, token, port, room
        self.cookie = f"kata-{port}"

    def app(self) -> Starlette:
        routes = [
            Route("/", self.known(self.home)),
            Route("/stage", self.known(self.stage_page)),
            Route("/stage/view", self.known(self.stage_view)),
            Route("/desk", self.known(self.desk_page)),
            Route("/desk/view", self.known(self.desk_view)),
            Route("/changes", self.known(self.changes)),
            Route("/do", self.known(self.do), methods=["POST"]),
            Route("/copy/{kata:path}", self.known(self.copy), methods=["GET", "PUT"]),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]
        hosts = {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}
        return Starlette(routes=routes, middleware=[Middleware(Guard, is_ours=hosts.__contains__)])

    def known(self, answer: Answer) -> Answer:
        """Only for who has the token. In an address it is exchanged for a cookie, and leaves the address."""

        async def asked(request: Request) -> Response:
            given = request.query_params.get("token")
            if given is not None and request.method == "GET" and self._is_token(given):
                response: Response = RedirectResponse(request.url.path, 303)
                response.set_cookie(self.cookie, self.token, httponly=True, samesite="strict")
                return response
            if not self._is_token(request.cookies.get(self.cookie, "")):
                return PlainTextResponse("open the address that `kata room` has printed", 403)
            if request.method != "GET" and "origin" not in request.headers:
                return PlainTextResponse("wrong origin", 403)
            return await answer(request)

        return asked

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.token.encode())

    async def home(self, request: Request) -> Response:
        return RedirectResponse("/stage", 303)

    async def stage_page(self, request: Request) -> Response:
        return HTMLResponse(pages.page("stage.html", title=self.session.plan.title))

    async def stage_view(self, request: Request) -> Response:
        self.arrive()
        return HTMLResponse(views.stage(self.session, self.stage, self.room))

    async def desk_page(self, request: Request) -> Response:
        return HTMLResponse(pages.page("desk.html", title=self.session.plan.title))

    async def desk_view(self, request: Request) -> Response:
        return HTMLResponse(views.desk(self.session, self.stage, self.room))

    async def changes(self, request: Request) -> Response:
        async def told() -> AsyncIterator[dict[str, str]]:
            async for _ in self.session.changes():
                yield {"data": "changed"}

        return EventSourceResponse(told())

    async def copy(self, request: Request) -> Response:
        """The presenter's copy of a kata of the plan, for the editor in the page.

        It names the kata: the desk may have moved on while the last words were still being typed.
        """
        entries = {entry.id: entry for entry in self.session.plan.entries}
        entry = entries.get(request.path_params["kata"])
        if entry is None:
            return PlainTextResponse("the plan has no such kata", 404)
        if request.method == "GET":
            return PlainTextResponse(self.stage.text(entry).decode("utf-8", errors="replace"))
        text = await request.body()
        if len(text) > LARGEST:
            return PlainTextResponse("too large", 413)
        self.stage.save(entry, text)
        return Response(status_code=204)

    async def do(self, request: Request) -> Response:
        """One command of the presenter's or of the desk's."""
        try:
            asked = json.loads(await request.body())
            act = getattr(self, f"do_{asked['do']}")
            act(**{name: value for name, value in asked.items() if name != "do"})
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
            return PlainTextResponse(f"no such command: {problem}", 400)
        return JSONResponse({"step": self.session.step.name})

    def do_next(self) -> None:
        self.session.next()
        self.arrive()

    def do_back(self) -> None:
        self.session.back()
        self.arrive()

    def do_part(self, part: int) -> None:
        if not 0 <= part < len(self.session.plan.parts):
            raise ValueError(f"there is no part {part}")
        self.session.control(part=part, step=0)

    def do_begin(self) -> None:
        self.session.begin_part()

    def do_edit(self) -> None:
        self.session.go("edit")
        self.arrive()

    def do_hint(self) -> None:
        self.session.go("hints")
        self.session.hint()

    def do_picture(self) -> None:
        """The next picture of this step, and behind the last one the run again."""
        entry, step = self.session.entry, self.session.step.name
        if entry is not None and step in PICTURED:
            count = len(self.stage.drawn.get(entry.id, ()))
            after = (self.session.controls.picture + 1) % (count + 1)
            if after != self.session.controls.picture:
                self.session.control(picture=after)

    def do_run(self) -> None:
        if self.session.entry is not None and self.session.step.name in RUNS:
            self.stage.run(self.session.entry, self.session.step.name)
            self.session.changed()

    def arrive(self) -> None:
        """A run that a step is about begins by itself, once; `r` repeats it."""
        entry, step = self.session.entry, self.session.step.name
        if entry is not None and step in ("red", "green") and (entry.id, step) not in self.stage.ran:
            self.stage.run(entry, step)

    def do_undo(self) -> None:
        self.session.undo()

    def do_control(self, **change: Any) -> None:
        self.session.control(**change)

    def do_again(self) -> None:
        """Vote, discuss, vote again: the second round hides what the first one said."""
        self.session.control(round=self.session.controls.round + 1, votes_shown=False)

    def do_box(self, minutes: int) -> None:
        until = self.session.journal.clock() + 60 * minutes if minutes else 0.0
        self.session.control(box=float(until))

    def do_hand(self, letter: str, by: int) -> None:
        """Hands that were raised, counted by the facilitator."""
        entry, number = self.session.entry, self.session.controls.round
        if entry is None or letter not in dict(views.options(entry)):
            raise ValueError(f"no such option: {letter}")
        counts = dict(self.session.state.hands.get((entry.id, number), {}))
        counts[letter] = max(0, counts.get(letter, 0) + by)
        self.session.record("hands", kata=entry.id, round=number, counts=counts)

    def do_claim(self, seat: str, by: str) -> None:
        """A helper goes to a learner; with an empty name, the row is given back."""
        if seat not in self.session.state.seats:
            raise ValueError("no such seat")
        self.session.record("claim", seat=seat, by=joining.one_line(by))

    def do_helped(self, seat: str) -> None:
        """Somebody has been there, and the row goes."""
        if seat not in self.session.state.seats:
            raise ValueError("no such seat")
        self.session.record("helped", seat=seat)
