"""The real server and clients that aren't ours: slow ones, too many at once, bytes that are no request."""

import asyncio
import socket
import threading
import time

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from torchkata.collection.layout import Tree
from torchkata.learner.joined import Joined
from torchkata.room import server as rooms
from torchkata.room import serving
from torchkata.system.network import our_address

PATIENCE = 60.0
WHEEL = 30_000_000  # bytes, more than any buffer on the way
GARBAGE = [
    b"\x00" * 100,
    b"\r\n" * 500,
    b"GET / HTTP/9.9\r\n\r\n",
    b"POST /seat HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
    b"POST /seat HTTP/1.1\r\ncontent-length: 99999999999999999999\r\n\r\n",
    b"POST /seat HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzzz\r\n",
    b"GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
    b"GET " + b"/" * 100_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 20_000 + b"\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
]


@pytest.fixture
def small(monkeypatch):
    """A server of ours with little patience, and its port."""
    monkeypatch.setattr(serving, "PATIENCE", 0.2)
    routes = [
        Route("/", lambda request: PlainTextResponse("here")),
        Route("/wheel", lambda request: PlainTextResponse(b"x" * WHEEL)),
    ]
    app = Starlette(routes=routes)
    at = rooms.listen("127.0.0.1", 0)
    server = serving.server(app)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([at])))
    thread.start()
    yield at.getsockname()[1]
    server.should_exit = True
    thread.join(PATIENCE)


def asked(port, source="127.0.0.1"):
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE, source_address=(source, 0)) as one:
        one.sendall(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        return b"".join(iter(lambda: one.recv(4096), b""))


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HT", b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n12"]
)
def test_an_unfinished_request_is_let_go(small, sent):
    with socket.create_connection(("127.0.0.1", small), timeout=PATIENCE) as slow:
        slow.sendall(sent)
        while slow.recv(4096):  # an answer perhaps, and then the end
            pass


def rest(one):
    """How many bytes there are up to the end."""
    return sum(map(len, iter(lambda: one.recv(1 << 20), b"")))


def test_whoever_stops_reading_is_let_go_and_whoever_reads_slowly_is_not(small):
    def ask():
        one = socket.create_connection(("127.0.0.1", small), timeout=PATIENCE)
        one.sendall(b"GET /wheel HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        return one

    with ask() as stalled, ask() as slow:
        came, deadline = 0, time.monotonic() + 2 * serving.STALLED * serving.PATIENCE
        while time.monotonic() < deadline:
            came += len(slow.recv(40_000))
            time.sleep(0.01)
        assert b"here" in asked(small)
        assert came + rest(slow) > WHEEL
        assert rest(stalled) < WHEEL


def test_a_finished_one_that_takes_its_time_is_not(small):
    with socket.create_connection(("127.0.0.1", small), timeout=PATIENCE) as one:
        one.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        assert one.recv(4096).startswith(b"HTTP/1.1 200")


def test_whoever_comes_too_often_shuts_out_nobody_else(small, monkeypatch):
    monkeypatch.setattr(serving, "PATIENCE", PATIENCE)
    crowd = [socket.create_connection(("127.0.0.1", small)) for _ in range(serving.PER_ADDRESS + 20)]
    try:
        crowd[-1].settimeout(PATIENCE)
        assert crowd[-1].recv(1) == b""  # shown out
        assert b"here" in asked(small, "127.0.0.2")
    finally:
        for one in crowd:
            one.close()
    deadline = time.monotonic() + PATIENCE
    while True:  # once they have gone, they may come back
        try:
            assert b"here" in asked(small)
            break
        except (OSError, AssertionError):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_garbage_stops_neither_door_and_a_learner_goes_on(room_server, tmp_path, toy):
    toy.write_kata(tmp_path / "mine")
    server = room_server("toy/double")
    me = Joined(Tree(tmp_path / "mine"))
    me.join(server.address, server.code, "ann")
    before = server.events
    for port in (server.port, int(server.address.partition(":")[2])):
        for garbage in GARBAGE:
            with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as one:
                try:
                    one.sendall(garbage)
                    one.shutdown(socket.SHUT_WR)
                    answer = one.recv(4096)
                except OSError:
                    continue
                assert not answer.startswith(b"HTTP/1.1 2"), garbage[:40]
                assert not answer.startswith(b"HTTP/1.1 5"), garbage[:40]
    assert server.events == before
    me.progress.record("toy/double", "hint")
    me.send()
    assert server.state.seats[me.seat.key.partition(".")[0]].hints == 1
    assert asked(server.port).startswith(b"HTTP/1.1 421")  # the own door answers as well, by its rules


def test_the_own_door_listens_on_this_machine_alone(room_server):
    server = room_server("toy/double")
    address = our_address()
    if address.startswith("127."):
        pytest.skip("this machine is in no network")
    with pytest.raises(OSError):
        socket.create_connection((address, server.port), timeout=5)
    socket.create_connection((address, int(server.address.partition(":")[2])), timeout=5).close()
