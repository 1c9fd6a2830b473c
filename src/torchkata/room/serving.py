"""uvicorn for a room: two servers in one process, and nobody keeps a door busy for the others."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE = 10.0  # seconds, after which an unfinished request has one more chance
STALLED = 12  # looks in which nobody has read any more: thirty at once download a kit slowly, and honestly
PER_ADDRESS = 100  # connections at a time; a whole room may sit behind one address
ALL = 400  # connections at a time


class Server(uvicorn.Server):
    """Two of these share a process, so neither takes the signals for itself."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Impatient(H11Protocol):
    """Lets go of whoever dribbles a request, stops reading the answer, or comes a hundred times at once."""

    _open: ClassVar[Counter[str]] = Counter()
    _slow = False
    _unread = _stalled = 0
    _who = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._who = str(transport.get_extra_info("peername", ("",))[0])
        self._open[self._who] += 1
        if self._open[self._who] > PER_ADDRESS:
            transport.close()
        else:
            self.loop.call_later(PATIENCE, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._open[self._who] -= 1
        if not self._open[self._who]:
            del self._open[self._who]

    def _look(self) -> None:
        unread = self.transport.get_write_buffer_size()
        self._stalled = self._stalled + 1 if unread and unread == self._unread else 0
        if self._stalled >= STALLED:
            self.transport.abort()  # to close it would wait for them
            return
        if self.transport.is_closing() and not unread:
            return
        receiving = self.cycle is None or self.cycle.response_complete or self.cycle.more_body
        if receiving and self._slow and not unread:
            self.transport.close()
            return
        self._slow, self._unread = receiving, unread
        self.loop.call_later(PATIENCE, self._look)


def server(app: ASGIApp) -> Server:
    return Server(
        uvicorn.Config(
            app,
            http=Impatient,
            log_level="error",  # whatever a stranger sends is no news for the facilitator
            access_log=False,  # it would hold addresses
            server_header=False,
            timeout_graceful_shutdown=2,
            limit_concurrency=ALL,
            ws="none",
            lifespan="off",
        )
    )
