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
    _unread = 0
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
        if self.transport.is_closing():
            return
        receiving = self.cycle is None or self.cycle.response_complete or self.cycle.more_body
        if receiving and self._slow:
            self.transport.close()
            return
        unread = self.transport.get_write_buffer_size()
        if unread and unread == self._unread:
            self.transport.abort()  # to close it would wait for them
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
