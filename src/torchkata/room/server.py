"""Both doors in one process, and the presenter's files beside them."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from torchkata.collection.catalogue import Entry
from torchkata.judging.judge import Judge
from torchkata.learner.watcher import Watcher
from torchkata.room import running, serving
from torchkata.room.own_door import OwnDoor
from torchkata.room.room_door import RoomDoor
from torchkata.room.session import Session, folder_of
from torchkata.room.stage import Stage
from torchkata.system.network import our_address

PORT = 8765  # what is tried first, so that an address that was written down still works


@dataclass(frozen=True)
class Doors:
    """What is told once both are open. before: where learners have joined, if that was somewhere else."""

    stage: str
    desk: str
    room: str = ""
    code: str = ""
    before: str = ""


def listen(host: str, port: int) -> socket.socket:
    """A socket at `port`, or at any that is free where somebody else has that one."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform != "win32":  # where it would take a port that somebody else has
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except (OSError, OverflowError):  # behind the last port there is none
        found.bind((host, 0))
    found.listen(128)  # whoever reads the address and comes at once waits, and isn't refused
    return found


def serve(
    session: Session,
    judge: Judge,
    opened: Callable[[Doors], None],
    port: int = PORT,
    katas: Mapping[str, Entry] | None = None,
    kit: Path | None = None,
) -> None:
    """Until somebody presses Ctrl-C.

    katas: what learners may report on; None keeps the room's door shut
    kit:   a folder whose wheels the room's door offers
    """
    asyncio.run(_serve(session, judge, opened, port, katas, kit))


async def _serve(
    session: Session,
    judge: Judge,
    opened: Callable[[Doors], None],
    port: int,
    katas: Mapping[str, Entry] | None,
    kit: Path | None,
) -> None:
    loop = asyncio.get_running_loop()
    own = listen("127.0.0.1", port)
    port = own.getsockname()[1]
    token = _token(folder_of(session) / "token")
    stage = Stage(judge, folder_of(session) / "stage", session.changed)
    at, room = [own], ""
    if katas is not None:
        at.append(listen("0.0.0.0", port + 1))
        room = f"{our_address()}:{at[1].getsockname()[1]}"
    servers = [serving.server(OwnDoor(session, stage, token, port, room).app())]
    if katas is not None:
        servers.append(serving.server(RoomDoor(session, at[1].getsockname()[1], katas, kit).app()))
    watcher = _watch(session, stage, loop)
    entries = session.plan.entries
    threading.Thread(target=_warm, args=(stage, entries, loop, session), daemon=True).start()

    def end() -> None:
        session.close()
        for server in servers:
            server.should_exit = True

    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows raises KeyboardInterrupt instead
            loop.add_signal_handler(name, end)
    address = f"http://127.0.0.1:{port}"
    code = session.code if room else ""
    before = _moved(folder_of(session) / "address", room) if room else ""
    opened(Doors(f"{address}/stage?token={token}", f"{address}/desk?token={token}", room, code, before))
    try:
        with running.held(folder_of(session)):
            await asyncio.gather(*(server.serve([one]) for server, one in zip(servers, at)))
    finally:
        end()
        watcher.stop()


def _token(file: Path) -> str:
    """The session's own, so that a page that is open goes on after a restart."""
    with contextlib.suppress(OSError):
        if token := file.read_text(encoding="utf-8").strip():  # a full disk leaves it empty, as no cookie is
            return token
    token = secrets.token_urlsafe(16)
    file.touch(0o600)
    file.write_text(token, encoding="utf-8")
    return token


def _moved(file: Path, room: str) -> str:
    """Where this session was before, if it was elsewhere: another network, or a port that is taken now."""
    before = ""
    with contextlib.suppress(OSError):
        before = file.read_text(encoding="utf-8")
    file.write_text(room, encoding="utf-8")
    return "" if before == room else before


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


def _warm(stage: Stage, entries: list[Entry], loop: asyncio.AbstractEventLoop, session: Session) -> None:
    """The first run in front of people is as quick as the tenth; then there's time for the pictures."""
    for entry in entries:
        stage.judge.prepare(entry.kata)
    for entry in entries:
        stage.draw(entry)
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(session.changed)
