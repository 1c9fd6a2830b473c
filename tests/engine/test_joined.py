"""A learner's side of a room: told before anything is sent, queued while the room is away, each once."""

import contextlib
import faulthandler
import json
import math
import os
import random
import socket
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest

from torchkata.cli.main import main
from torchkata.collection.layout import Tree
from torchkata.learner.joined import (
    AWAY,
    EVERY,
    FIELDS,
    GONE,
    SELDOM,
    SOON,
    Away,
    Joined,
    Messenger,
    NoRoom,
    news,
    pause,
)
from torchkata.system import atomic

KATA = "toy/double"
PATIENCE = 120.0  # seconds after which something hangs


@pytest.fixture
def server(room_server):
    return room_server(KATA)


@pytest.fixture
def learner(tmp_path, toy):
    """The tree of a learner on a machine of their own."""
    toy.write_kata(tmp_path / "mine")
    return Joined(Tree(tmp_path / "mine"))


def checked(learner, verdict="failing", *, late=0.0, **more):
    """What a check writes into a history, by a clock that is `late` seconds off."""
    event = {"schema": "kata-history/1", "at": time.time() + late, "kata": KATA, "event": "verdict"}
    event |= {"verdict": verdict, "failure": "a sentence", "seconds": 0.1, **more}
    atomic.append_line(learner.progress.file, json.dumps(event))


def test_a_history_is_told_from_the_joining_on_with_attempts_and_hints(server, learner):
    checked(learner)
    learner.join(server.address, server.code, "ann")
    learner.progress.record(KATA, "hint")
    learner.progress.record(KATA, "prediction", answer="B")
    checked(learner, "wrong_fix", wrong_fix="wrong_triple")
    learner.progress.record("room", "flag", flag="help")
    assert learner.send()["kata"] == KATA
    assert learner.waiting() == []
    (seat,) = server.state.seats
    server.do("claim", seat=seat, by="Jo")
    assert learner.send()["helper"] == "Jo"
    (seat,) = server.state.seats.values()
    assert (seat.name, seat.kata, seat.verdict, seat.failure) == ("ann", KATA, "wrong_fix", "wrong_triple")
    assert (seat.attempts, seat.hints, seat.flag, seat.same) == (2, 1, "help", 1)
    assert dict(server.state.tally(KATA, 1)) == {"B": 1}


def test_what_is_sent_is_what_people_were_told(server, learner):
    learner.join(server.address, server.code, "ann")
    checked(learner, program="import torch", file="/home/ann", wrong_fix=None)
    (report,) = learner.waiting()
    assert sorted(report) == [
        "attempt", "failure", "hints", "kata", "key", "prediction", "seconds", "verdict", "wrong_fix",
    ]  # fmt: skip
    words = " ".join(FIELDS)
    for word in (
        "pseudonym",
        "kata",
        "verdict",
        "sentence",
        "wrong fix",
        "attempt",
        "seconds",
        "hints",
        "prediction",
    ):
        assert word in words


def test_while_the_room_is_away_reports_wait_and_go_in_order_when_it_is_back(server, learner):
    learner.join(server.address, server.code, "ann")
    server.kill()
    for number in range(60):  # more than one request holds
        checked(learner, failure=f"failure {number}")
    with pytest.raises(NoRoom, match="can't be reached"):
        learner.send()
    assert len(learner.waiting()) == 60
    server.start()
    learner.send()
    told = [event["failure"] for event in server.events if event["what"] == "report"]
    assert told == [f"failure {number}" for number in range(60)]


def test_a_room_that_comes_back_elsewhere_says_so(room_server):
    server = room_server(KATA)
    server.kill()
    (file,) = (server.root / ".kata" / "room").glob("*/address")
    here = file.read_text()
    assert here.endswith(server.address.partition(":")[2])
    assert "before" not in server.said
    server.start()
    assert "before" not in server.said
    server.kill()
    file.write_text("192.168.8.2:8766")  # this laptop was in another network
    server.start()
    assert "It was 192.168.8.2:8766 before: whoever has joined there joins again." in server.said
    assert file.read_text() == here


def test_an_acknowledgement_that_was_lost_doubles_nothing(server, learner):
    learner.join(server.address, server.code, "ann")
    checked(learner)
    for _ in range(3):
        learner.send()
        learner._told.unlink()
    assert len([event for event in server.events if event["what"] == "report"]) == 1


def test_another_answer_than_a_rooms_is_said_and_a_redirect_gets_no_key(learner, tmp_path):
    import http.server

    asked = []

    class Elsewhere(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.path)
            self.send_response(302)
            self.send_header("location", f"http://{self.headers['host']}/stolen")
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Elsewhere) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        with pytest.raises(NoRoom):
            learner.join(f"127.0.0.1:{other.server_port}", "ABCDEF", "ann")
        other.shutdown()
    assert asked == ["/seat"]
    assert learner.seat is None


def test_the_commands_tell_first_ask_and_erase(server, tmp_path, toy):
    toy.write_kata(tmp_path / "mine")
    (tmp_path / "mine" / "pyproject.toml").write_text(toy.pyproject)

    def kata(*args, status=0):
        done = subprocess.run(
            [sys.executable, "-m", "torchkata", *args],
            cwd=tmp_path / "mine",
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return " ".join((done.stdout + done.stderr).split())

    assert "you haven't joined" in kata("help", status=2)
    said = kata("join", server.address, server.code, status=2)  # nobody is there to agree
    assert all(field in said for field in FIELDS)
    assert server.state.seats == {}
    assert "isn't the code" in kata("join", server.address, "WRONG2", "--yes", status=2)
    assert "Joined as ann" in kata("join", server.address, server.code, "--as", "ann", "--yes")
    assert "Somebody will come" in kata("help")
    (seat,) = server.state.seats.values()
    assert (seat.name, seat.flag) == ("ann", "help")
    kata("start", KATA)
    assert "B it is, for toy/double" in kata("vote", "b")
    server.do("again")
    assert "C it is" in kata("vote", "C")
    assert [dict(server.state.tally(KATA, number)) for number in (1, 2)] == [{"B": 1}, {"C": 1}]
    kata("vote", "E", status=2)
    kata("check", KATA, status=1)
    deadline = time.monotonic() + PATIENCE  # a process of its own tells it, and the check did not wait
    while not (seat.attempts and seat.verdict == "untouched"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
        (seat,) = server.state.seats.values()
    assert "erased ann" in kata("leave")
    assert server.state.seats == {}
    for command in (["leave"], ["vote", "A"]):
        assert "you haven't joined" in kata(*command, status=2)


def test_an_open_loop_tells_each_save_and_says_what_is_opened_for_all(room_server, tmp_path, toy):
    from tests.engine.test_loop import Terminal

    server = room_server(KATA)
    toy.write_kata(tmp_path / "mine")
    (tmp_path / "mine" / "pyproject.toml").write_text(toy.pyproject)
    Joined(Tree(tmp_path / "mine")).join(server.address, server.code, "ann")
    with Terminal(tmp_path / "mine") as loop:
        loop.expect("Enter skips")
        loop.press("b")
        loop.save(KATA, toy.program("3 * values"))
        loop.expect("Three times is once too often.")
        deadline = time.monotonic() + PATIENCE
        while not any(seat.failure == "wrong_triple" for seat in server.state.seats.values()):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert dict(server.state.tally(KATA, 1)) == {"B": 1}
        server.do("control", hint_for_all=1)
        loop.expect("Hint 1 is for all now: h shows it.")
        server.do("again")
        loop.expect("The room votes again.")
        assert "The room is at" not in loop.seen  # they're there
        server.kill()  # and the loop goes on
        loop.save(KATA, toy.program("2 * values"))
        loop.expect("SOLVED")


def test_a_learner_hears_what_is_opened_for_all_once():
    before = {"kata": KATA, "hint": 0, "solution": False, "flags": False, "ended": False}
    now = before | {"hint": 1, "flags": True, "helper": "Jo"}
    assert list(news(before, now)) == [
        "Hint 1 is for all now: h shows it.",
        "How is it going? In another terminal: kata ok, or kata help.",
        "Jo is on the way to you.",
    ]
    assert list(news(now, now)) == []
    assert list(news({}, now | {"round": 1}, KATA)) == list(news(before, now))
    assert next(news({}, now)) == "The room is at toy/double now. To go there: l, toy/double, Enter."
    (again,) = news(now | {"round": 1}, now | {"round": 2})
    assert "kata vote" in again
    assert list(news(now, before)) == []


def test_where_nobody_answers_a_loop_looks_again_soon_then_less_and_not_with_all_others():
    for away, longest in (
        (1, SOON),
        (2, 2 * SOON),
        (3, AWAY),
        (GONE, AWAY),
        (GONE + 1, SELDOM),
        (99_999, SELDOM),
    ):
        waits = {pause(away) for _ in range(200)}
        assert longest / 2 <= min(waits) < max(waits) <= longest
        assert len(waits) > 100
    assert pause(0) == EVERY


def test_an_open_loop_counts_the_looks_in_vain_and_forgets_them_when_the_room_answers(learner, monkeypatch):
    answers = iter([{}, Away("x"), Away("x"), NoRoom("slower, please"), Away("x"), {"hint": 1, "kata": ""}])
    said, asked = [], []

    def send():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    class Stop:
        def wait(self, _):
            return len(asked) > 6

    monkeypatch.setattr("torchkata.learner.joined.pause", lambda away: asked.append(away))
    messenger = Messenger(learner.tree, said.append, lambda: KATA)
    messenger._stop = Stop()
    messenger.joined = SimpleNamespace(seat=True, send=send)
    messenger._run()
    assert asked == [0, 0, 1, 2, 0, 1, 0]
    assert said == ["Hint 1 is for all now: h shows it."]


@pytest.mark.parametrize("address", ["127.0.0.1:abc", "127.0.0.1:99999", "a b:80", "", ":", "[::1"])
def test_what_is_no_address_is_said_in_words(learner, address):
    with pytest.raises(NoRoom, match=r"isn't an address|can't be reached"):
        learner.join(address, "ABCDEF", "ann")


def test_a_server_of_something_else_is_no_room(learner):
    with socket.create_server(("127.0.0.1", 0)) as other:

        def answer():
            told, _ = other.accept()
            with told:
                told.recv(4096)
                told.sendall(b"SSH-2.0-somebody_elses\r\n")

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(NoRoom, match="can't be reached"):
            learner.join(f"127.0.0.1:{other.getsockname()[1]}", "ABCDEF", "ann")


# ROOM_SECONDS=120 makes it the two minutes of a real rush, with the figures printed by -s.
STAY = float(os.environ.get("ROOM_SECONDS", "4"))
LEARNERS, SAVING = 60, 2.0  # and how many seconds there are between two saves, on average


class Busy(threading.Thread):
    """A learner who saves and saves; loops come and go, acknowledgements get lost, the clock is wrong."""

    def __init__(self, number, tree, server, stop):
        super().__init__()
        self.number, self.tree, self.stop = number, tree, stop
        self.chance = random.Random(number)
        self.late = self.chance.choice((-3600.0, 0.0, 3600.0))
        self.turns, self.reconnected, self.doubled, self.away = 0, 0, 0, 0
        self.took, self.told, self.problem = [], [], None
        me = Joined(tree)
        me.join(server.address, server.code, f"learner {number}")
        said = json.loads(me._seat.read_text())
        me._seat.write_text(json.dumps(said | {"since": time.time() + self.late - 1}))

    def run(self):
        try:
            me, every = Joined(self.tree), min(SAVING, STAY / 16)
            while not self.stop.is_set():
                verdict = self.chance.choice(("failing", "solved"))
                checked(me, verdict, late=self.late, failure=f"{self.number} {self.turns}")
                self.turns += 1
                if self.chance.random() < 0.3:
                    me, self.reconnected = Joined(self.tree), self.reconnected + 1  # closed, and opened again
                self.tell(me)
                until = time.monotonic() + self.chance.uniform(0, 2 * every)
                while (left := until - time.monotonic()) > 0:
                    time.sleep(min(left, EVERY))
                    if left > EVERY:  # nothing to tell, and an open loop asks all the same
                        self.tell(me)
        except Exception as problem:
            self.problem = problem

    def tell(self, me):
        """As an open loop does: at once, and where nobody answers, again after its pauses."""
        away = 0
        while not self.stop.is_set():
            before, begun = atomic.read_json(me._told) or [], time.monotonic()
            try:
                me.send()
            except Away:  # killed just now
                away += 1
                self.away += 1
                time.sleep(pause(away))
                continue
            except NoRoom:  # this was too much at once
                self.away += 1
                return
            if self.chance.random() < 0.2:
                atomic.write_json(me._told, before)  # the acknowledgement was lost: told once more
                self.doubled += 1
            self.took.append(time.monotonic() - begun)
            self.told.append((begun, time.monotonic()))
            return


def test_sixty_learners_and_a_server_that_is_killed_lose_and_double_nothing(server, tmp_path, toy):
    """Clocks an hour off, lost acknowledgements, loops that come and go, and a kill -9 in the middle."""
    faulthandler.cancel_dump_traceback_later()  # pytest's own guard is shorter than two minutes in a room
    learners, stop = [], threading.Event()
    for number in range(LEARNERS):
        toy.write_kata(tmp_path / f"learner{number}")
        learners.append(Busy(number, Tree(tmp_path / f"learner{number}"), server, stop))
    for learner in learners:
        learner.start()
    time.sleep(STAY / 2)
    server.kill()
    killed = time.monotonic()
    server.start()
    time.sleep(STAY / 2)
    deadline = time.monotonic() + PATIENCE
    while any(learner.turns <= 2 and not learner.problem for learner in learners):  # on a busy machine
        assert time.monotonic() < deadline
        time.sleep(0.05)
    stop.set()
    for learner in learners:
        learner.join(PATIENCE)
    assert [learner.problem for learner in learners if learner.problem] == []
    deadline = time.monotonic() + PATIENCE
    for learner in learners:
        while Joined(learner.tree).waiting():  # whoever was too fast waits until they may speak again
            assert time.monotonic() < deadline
            with contextlib.suppress(NoRoom):
                Joined(learner.tree).send()
            time.sleep(0.05)
    told = {}
    for event in server.events:
        if event["what"] == "report":
            told.setdefault(event["seat"], []).append(event["failure"])
    names = {seat.id: seat.name for seat in server.state.seats.values()}
    assert len(names) == len(told) == LEARNERS
    for seat, failures in told.items():
        number = int(names[seat].split()[1])
        assert failures == [f"{number} {turn}" for turn in range(learners[number].turns)]
    back = [
        min((at for begun, at in one.told if begun > killed), default=math.inf) - killed for one in learners
    ]
    took = sorted(took for learner in learners for took in learner.took)
    print(
        f"\n{LEARNERS} learners, {STAY:.0f} s: {sum(map(len, told.values()))} reports, each once; "
        f"{sum(one.reconnected for one in learners)} loops closed and opened again, "
        f"{sum(one.doubled for one in learners)} acknowledgements lost, "
        f"{sum(one.away for one in learners)} tries in vain. "
        f"After kill -9 the first report was taken after {min(back):.1f} s, "
        f"the last learner's after {max(back):.1f} s. "
        f"p50 {took[len(took) // 2] * 1000:.0f} ms, p99 {took[int(len(took) * 0.99)] * 1000:.0f} ms"
    )
    assert min(back) < PATIENCE


def test_ctrl_d_instead_of_an_answer_joins_nothing(server, tmp_path, toy, monkeypatch, capsys):
    toy.write_kata(tmp_path / "mine")
    monkeypatch.chdir(tmp_path / "mine")
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))

    def ends(_):
        raise EOFError

    monkeypatch.setattr("builtins.input", ends)
    with pytest.raises(SystemExit) as end:
        main(["join", server.address, server.code])
    assert end.value.code == 0
    assert "Not joined, and nothing was sent." in capsys.readouterr().out
    assert server.state.seats == {}
