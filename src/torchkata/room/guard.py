"""What every request must show before a door opens: the right host, no foreign origin, a small body."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 256 * 1024  # bytes of a body; a presenter's program is the largest thing that anybody sends

HEADERS = {
    # Nothing from elsewhere, and no script or style inside a page: what slips through stays text.
    "content-security-policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with none at all, a form of our own would come from "null"
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class TooLarge(Exception):
    """A body that nobody honest sends."""


class Guard:
    """is_ours: whether a Host header, in small letters, is an address of ours.

    A page of somebody else's that a browser here has open can send requests to 127.0.0.1, under its own
    Origin, or under a name of its own that it has made point here: both are refused before a route sees them.
    """

    def __init__(self, app: ASGIApp, is_ours: Callable[[str], bool], largest: int = LARGEST) -> None:
        self.app, self.is_ours, self.largest = app, is_ours, largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # no door speaks anything else
            return
        refused = self._refused(Headers(scope=scope), scope["method"])
        app = PlainTextResponse(refused[1], refused[0]) if refused else self.app
        left = self.largest

        async def measured() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise TooLarge
            return message

        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await app(scope, measured, guarded)
        except TooLarge:
            if not started:
                await PlainTextResponse("too large", 413)(scope, receive, guarded)

    def _refused(self, headers: Headers, method: str) -> tuple[int, str] | None:
        host, origin = headers.get("host", "").lower(), headers.get("origin")
        if len(headers.getlist("host")) != 1 or not self.is_ours(host):
            return 421, "wrong host"
        if origin is not None and origin.lower() != f"http://{host}":
            return 403, "wrong origin"
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit() or int(length[:12]) > self.largest:
            return 413, "too large"
        return None
