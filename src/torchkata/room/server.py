"""Both doors in one process, and the presenter's files beside them."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from torchkata.collection.catalogue import Entry
from torchkata.judging.judge import Judge
from torchkata.learner.watcher import Watcher
from torchkata.room.own_door import OwnDoor
from torchkata.room.session import Session, folder_of
from torchkata.room.stage import Stage

PORT = 8765  # what is tried first, so that an address that was written down still works
CONNECTIONS = 400  # at a time, on the room's door


class _Server(uvicorn.Server):
    """Two of these share a process, so neither takes the signals for itself."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(frozen=True)
class Doors:
    """What is told once both are open."""

    stage: str
    desk: str


def listen(host: str, port: int) -> socket.socket:
    """A socket at `port`, or at any that is free where somebody else has that one."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError:
        found.bind((host, 0))
    return found


def serve(session: Session, judge: Judge, opened: Callable[[Doors], None], port: int = PORT) -> None:
    """Until somebody presses Ctrl-C."""
    asyncio.run(_serve(session, judge, opened, port))


async def _serve(session: Session, judge: Judge, opened: Callable[[Doors], None], port: int) -> None:
    loop = asyncio.get_running_loop()
    own = listen("127.0.0.1", port)
    port = own.getsockname()[1]
    token = secrets.token_urlsafe(16)
    stage = Stage(judge, folder_of(session) / "stage", session.changed)
    door = OwnDoor(session, stage, token, port)
    servers = [_server(door.app())]
    watcher = _watch(session, stage, loop)
    threading.Thread(target=_warm, args=(judge, session.plan.entries), daemon=True).start()

    def end() -> None:
        session.close()
        for server in servers:
            server.should_exit = True

    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows raises KeyboardInterrupt instead
            loop.add_signal_handler(name, end)
    address = f"http://127.0.0.1:{port}"
    opened(Doors(f"{address}/stage?token={token}", f"{address}/desk?token={token}"))
    try:
        await asyncio.gather(*(server.serve([at]) for server, at in zip(servers, [own])))
    finally:
        end()
        watcher.stop()


def _server(app: ASGIApp, connections: int | None = None) -> _Server:
    return _Server(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,  # it would hold addresses
            server_header=False,
            timeout_graceful_shutdown=2,
            limit_concurrency=connections,
            ws="none",
            lifespan="off",
        )
    )


def _watch(session: Session, stage: Stage, loop: asyncio.AbstractEventLoop) -> Watcher:
    """A save from any editor is on the stage at once, and is run, as in the learner's loop."""

    def look() -> None:
        entry = session.entry
        if entry is not None and session.step.name == "edit" and stage.look(entry):
            stage.run(entry, "edit")

    def saved(_: frozenset[Path]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(look)

    for entry in session.plan.entries:
        stage.text(entry)  # so that there is something to open in an editor
    probe = folder_of(session) / "watch" / "probe"
    watcher = Watcher([stage.folder], probe, saved=saved, polling=lambda: None)
    watcher.start()
    return watcher


def _warm(judge: Judge, entries: list[Entry]) -> None:
    """The first run in front of people is as quick as the tenth."""
    for entry in entries:
        judge.prepare(entry.kata)
