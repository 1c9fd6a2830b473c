"""The room's door: joining, reports, votes, flags; and sixty requests that nobody honest sends."""

import json
import re
import time

import pytest
from starlette.testclient import TestClient

from torchkata.collection.catalogue import Catalogue
from torchkata.room import joining, plan, session
from torchkata.room.room_door import RoomDoor
from torchkata.room.session import Session

HOST = "192.168.8.2:8766"
ORIGIN = {"origin": f"http://{HOST}"}
ASKED = "kata=toy/double&round=1"  # what the page of a phone asked


@pytest.fixture
def room(tree, tmp_path):
    catalogue = Catalogue(tree)
    here = Session(plan.of([catalogue["toy/double"]]), session.Journal(tmp_path / "events.jsonl"))
    door = RoomDoor(here, 8766, {entry.id: entry for entry in catalogue.entries})
    with TestClient(door.app(), base_url=f"http://{HOST}", follow_redirects=False) as client:
        client.session, client.door, client.code = here, door, here.code
        yield client


def join(room, name="ann"):
    answer = room.post("/seat", json={"code": room.code, "name": name})
    assert answer.status_code == 200, answer.text
    return answer.json()["key"]


def report(room, key, *reports, status=200):
    answer = room.post(
        "/seat/reports", json={"reports": list(reports)}, headers={"authorization": f"Bearer {key}"}
    )
    assert answer.status_code == status, answer.text
    return answer


def one(key="k1", verdict="failing", **more):
    return {
        "key": key,
        "kata": "toy/double",
        "verdict": verdict,
        "failure": "a sentence",
        "attempt": 1,
        **more,
    }


def test_these_are_the_routes_and_nothing_else(room):
    routes = room.app.routes
    assert {(r.path, *sorted(getattr(r, "methods", None) or ())) for r in routes} == {
        ("/", "GET", "HEAD"),
        ("/phone/join", "POST"),
        ("/phone/vote", "POST"),
        ("/phone/leave", "POST"),
        ("/seat", "POST"),
        ("/seat", "DELETE"),
        ("/seat/reports", "POST"),
        ("/static",),
    }


def test_a_kit_is_offered_as_pip_wants_it_and_nothing_beside_it(room, tmp_path):
    assert room.get("/kit/").status_code == 404
    (tmp_path / "kit" / "wheels").mkdir(parents=True)
    (tmp_path / "kit" / "wheels" / "torch-2.13.0+cpu-py3-none-any.whl").write_bytes(b"wheel")
    (tmp_path / "kit" / "secret").write_bytes(b"secret")
    door = RoomDoor(room.session, 8766, {}, tmp_path / "kit")
    with TestClient(door.app(), base_url=f"http://{HOST}") as client:
        (link,) = re.findall(r'href="(/kit/wheels/[^"]*)"', client.get("/kit/").text)
        assert client.get(link).content == b"wheel"
        for path in ("/kit/secret", "/kit/wheels/../secret", "/kit/wheels/%2e%2e/secret"):
            assert client.get(path).status_code == 404


def test_a_learner_joins_reports_and_leaves_without_a_trace(room):
    key = join(room, "teal otter")
    said = report(room, key, one(), one("k2", "solved")).json()
    assert said == {
        "taken": 2,
        "kata": "toy/double",
        "hint": 0,
        "solution": False,
        "flags": False,
        "ended": False,
        "helper": "",
        "round": 1,
    }
    (seat,) = room.session.state.seats.values()
    assert (seat.name, seat.kata, seat.verdict) == ("teal otter", "toy/double", "solved")
    journal = room.session.journal.file
    assert key.partition(".")[2] not in journal.read_text()  # only a digest of it
    assert room.delete("/seat", headers={"authorization": f"Bearer {key}"}).status_code == 204
    assert "otter" not in journal.read_text()
    assert room.session.state.seats == {}
    report(room, key, one("k3"), status=403)


def test_only_known_fields_are_kept(room):
    key = join(room)
    report(room, key, one(code="import torch", path="/home/ann"))
    text = room.session.journal.file.read_text()
    assert "import torch" not in text
    assert "/home/ann" not in text


def test_whoever_wants_no_name_gets_one(room):
    room.post("/seat", json={"code": room.code.lower()})
    (seat,) = room.session.state.seats.values()
    color, animal = seat.name.split("-")
    assert color in joining.COLORS
    assert animal in joining.ANIMALS


def test_the_code_has_no_letters_that_look_alike(room):
    assert len(room.code) == 6
    assert not set(session.LETTERS) & set("0O1I")


def test_wrong_codes_are_slowed_down_and_the_right_one_waits_as_well(room):
    for _ in range(10):
        assert room.post("/seat", json={"code": "WRONG2"}).status_code == 403
    assert room.post("/seat", json={"code": room.code}).status_code == 429
    room.door.wrong_codes.clock = lambda: time.monotonic() + 60
    join(room)


def test_the_right_code_can_be_used_by_a_whole_room_behind_one_address(room):
    for _ in range(60):
        join(room)


def test_a_phone_votes_while_there_is_something_to_vote_on(room):
    assert room.get("/?code=ABC<b>").text.count("ABC&lt;b&gt;") == 1
    answer = room.post("/phone/join", content=f"code={room.code}&name=ben", headers=ORIGIN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "nothing to vote on" in room.get("/").text
    room.session.control(step=2)
    assert "double(1)" in room.get("/").text
    for answer in ("B", "C"):
        assert room.post("/phone/vote", content=f"{ASKED}&answer={answer}", headers=ORIGIN).status_code == 303
    assert dict(room.session.state.tally("toy/double", 1)) == {"C": 1}
    assert room.session.state.learners == []
    assert 'value="C" aria-pressed=true' in room.get("/").text
    room.post("/phone/vote", content=f"{ASKED}&answer=E", headers=ORIGIN)
    assert dict(room.session.state.tally("toy/double", 1)) == {"C": 1}
    room.post("/phone/leave", headers=ORIGIN)
    assert room.session.state.tally("toy/double", 1).total() == 0


@pytest.mark.parametrize(
    "asked", ["kata=toy/other&round=1", "kata=toy/double&round=2", "kata=toy/double", ""]
)
def test_an_answer_to_what_is_no_longer_asked_counts_for_nothing(room, asked):
    room.post("/phone/join", content=f"code={room.code}", headers=ORIGIN)
    room.session.control(step=2)
    said = room.get("/").text
    assert all(
        f'name="{name}" value="{value}"' in said for name, value in (("kata", "toy/double"), ("round", "1"))
    )
    assert room.post("/phone/vote", content=f"{asked}&answer=B", headers=ORIGIN).status_code == 303
    assert room.session.state.tally("toy/double", 1).total() == 0


def test_a_wrong_code_on_a_phone_is_said_on_the_page_where_it_can_be_typed_again(room):
    answer = room.post("/phone/join", content="code=WRONG2<b>&name=ben", headers=ORIGIN)
    assert answer.status_code == 403
    assert "This isn't the code on the screen." in answer.text.replace("&#39;", "'")
    assert 'value="WRONG2&lt;b&gt;"' in answer.text
    assert room.session.state.seats == {}


def test_a_phone_hears_of_the_second_vote_of_its_own_one_and_of_the_end(room):
    room.post("/phone/join", content=f"code={room.code}", headers=ORIGIN)
    room.session.control(step=2)
    assert "You voted" not in room.get("/").text
    room.post("/phone/vote", content=f"{ASKED}&answer=B", headers=ORIGIN)
    assert "You voted B." in room.get("/").text
    assert "Vote again" not in room.get("/").text
    room.session.control(round=2)
    said = room.get("/").text
    assert "Vote again" in said
    assert "You voted" not in said
    room.session.control(step=3, ended=True)
    assert "The session has ended." in room.get("/").text


def test_what_arrives_while_somebody_leaves_is_not_kept(room):
    key = join(room)
    (seat,) = room.session.state.learners

    def body():
        yield b'{"reports": ['
        room.session.forget(seat.id)
        yield json.dumps(one()).encode() + b"]}"

    answer = room.post("/seat/reports", content=body(), headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 403
    assert [event["what"] for event in room.session.journal.events()].count("report") == 0


def test_a_prediction_in_the_loop_is_a_vote(room):
    report(room, join(room), one(verdict="", prediction="B"))
    assert dict(room.session.state.tally("toy/double", 1)) == {"B": 1}


def test_what_is_opened_for_all_is_told_with_the_next_report(room):
    key = join(room)
    room.session.control(hint_for_all=2)
    room.session.control(flags_please=True)
    said = report(room, key).json()
    assert (said["hint"], said["flags"]) == (2, True)


HOSTILE_REPORTS = [
    None,
    3,
    "x",
    [],
    {},
    {"key": "k"},
    one(key=""),
    one(key="../../x"),
    one(key="k" * 65),
    one(key=None),
    one(kata="toy/none"),
    one(kata=None),
    one(kata=["toy/double"]),
    one(verdict="perfect"),
    one(verdict=None),
    one(verdict={}),
    one(attempt=-1),
    one(attempt="1"),
    one(attempt=True),
    one(attempt=1e300),
    one(hints=None),
    one(seconds=float("nan")),
    one(seconds=float("inf")),
    one(prediction="E"),
    one(prediction="AB"),
    one(failure=3),
    one(failure=None),
    one(wrong_fix=[]),
    {"key": "k", "flag": "panic"},
    {"key": "k", "flag": None},
]


@pytest.mark.parametrize("said", HOSTILE_REPORTS, ids=lambda said: json.dumps(said)[:60])
def test_what_is_no_report_is_passed_over_and_the_one_behind_it_counts(room, said):
    key, other = join(room), join(room, "other")
    body = json.dumps({"reports": [said, one("good", "solved")]})  # NaN and Infinity as JavaScript would
    answer = room.post("/seat/reports", content=body, headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 200
    states = room.session.state.seats
    assert states[key.partition(".")[0]].reports == {"good"}
    assert states[other.partition(".")[0]].reports == set()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/seat", b""),
        ("POST", "/seat", b"null"),
        ("POST", "/seat", b"[]"),
        ("POST", "/seat", b'{"code": 3}'),
        ("POST", "/seat", b'{"code": ["A"]}'),
        ("POST", "/seat", b"\xff\xfe"),
        ("POST", "/seat", b"[" * 50_000),
        ("POST", "/seat", b'{"code": "' + b"A" * 60_000 + b'"}'),
        ("POST", "/phone/join", b"code=" + b"%00" * 99),
        ("POST", "/phone/join", b"&".join(b"a=1" for _ in range(50))),
        ("POST", "/seat", b"x" * 70_000),
        ("PUT", "/seat", b""),
        ("GET", "/seat/reports", b""),
        ("GET", "/stage", b""),
        ("GET", "/desk", b""),
        ("POST", "/do", b'{"do": "run"}'),
        ("GET", "/copy", b""),
        ("GET", "/changes", b""),
        ("GET", "/static/../server.py", b""),
        ("GET", "/static/%2e%2e/server.py", b""),
        ("GET", "/static//etc/passwd", b""),
        ("POST", "/seat/reports", b'{"reports": []}'),
        ("POST", "/phone/vote", b"answer=A"),
        ("DELETE", "/seat", b""),
        ("POST", "/phone/leave", b""),
        ("POST", "/phone/join", b"code=\xff\xfe&name=x"),
        ("POST", "/phone/join", b"x" * 70_000),
        ("POST", "/phone/vote", b"answer=" + b"A" * 70_000),
        ("POST", "/seat/reports", b"{" * 60_000),
        ("DELETE", "/seat/reports", b""),
        ("PATCH", "/seat", b"{}"),
        ("GET", "/token", b""),
        ("GET", "/kit/wheels/../../events.jsonl", b""),
        ("POST", "/", b"x"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_hostile_request_is_refused_and_changes_nobodys_data(room, method, path, body):
    key = join(room)
    room.cookies.clear()
    before = room.session.journal.file.read_bytes()
    assert 400 <= room.request(method, path, content=body, headers=ORIGIN).status_code < 500
    assert room.session.journal.file.read_bytes() == before
    report(room, key, one())  # and everybody else goes on


@pytest.mark.parametrize(
    "forged", ["", "x", "{seat}", "{seat}.", "{seat}.wrong", ".{secret}", "{other}.{secret}"]
)
def test_a_forged_key_opens_no_seat(room, forged):
    seat, _, secret = join(room).partition(".")
    other = join(room, "other").partition(".")[0]
    report(room, forged.format(seat=seat, secret=secret, other=other), one(), status=403)
    assert not any(one.reports for one in room.session.state.seats.values())


@pytest.mark.parametrize("host", ["evil.example:8766", "192.168.8.2", "192.168.8.2:1", "localhost:8766", ""])
def test_a_name_in_place_of_numbers_is_refused(room, host):
    assert room.get("/", headers={"host": host}).status_code == 421
    assert (
        room.post("/seat", json={"code": room.code}, headers={"origin": "http://evil.example"}).status_code
        == 403
    )


def test_a_flood_from_one_seat_stops_itself_alone(room):
    loud, calm = join(room), join(room, "calm")
    answers = [
        room.post(
            "/seat/reports",
            json={"reports": [one(f"k{n}i{i}") for i in range(50)]},
            headers={"authorization": f"Bearer {loud}"},
        ).status_code
        for n in range(20)
    ]
    assert answers.count(429) > 10
    report(room, calm, one())
    report(room, calm, *[one(f"k{n}") for n in range(51)], status=400)


@pytest.mark.parametrize(
    "code", ["{code} x", "{code}{code}", "{code}\0", "*", "%", "' or 1=1", "\u0410\u0412", None, True]
)
def test_a_forged_code_opens_no_seat(room, code):
    given = code.format(code=room.code) if isinstance(code, str) else code
    assert room.post("/seat", json={"code": given}).status_code == 403
    assert room.session.state.seats == {}


@pytest.mark.parametrize(
    "forged", ["{seat}.", "{seat}.wrong", "{other}.{secret}", "{seat}.{secret}; x", '"{seat}']
)
def test_a_forged_cookie_of_a_phone_votes_for_nobody_and_erases_nobody(room, forged):
    room.session.control(step=2)
    room.post("/phone/join", content=f"code={room.code}&name=ben", headers=ORIGIN)
    seat, _, secret = room.cookies[room.door.cookie].partition(".")
    other = join(room, "other").partition(".")[0]
    room.cookies.clear()
    cookie = f"{room.door.cookie}={forged.format(seat=seat, secret=secret, other=other)}"
    honest = forged.endswith("; x")  # what is behind a semicolon is another cookie
    for path, body in (("/phone/vote", "answer=A"), ("/phone/leave", "")):
        answer = room.post(path, content=body, headers={**ORIGIN, "cookie": cookie})
        assert answer.status_code == (303 if honest else 403)
    assert set(room.session.state.seats) == ({other} if honest else {seat, other})
    assert room.session.state.tally("toy/double", 1).total() == 0


def test_a_body_without_a_length_is_measured_as_it_comes(room):
    key = join(room)
    before = room.session.journal.file.read_bytes()
    for path in ("/seat", "/seat/reports", "/phone/join"):
        answer = room.post(
            path,
            content=(b" " * 10_000 for _ in range(10)),
            headers={**ORIGIN, "authorization": f"Bearer {key}"},
        )
        assert answer.status_code == 413
    assert room.session.journal.file.read_bytes() == before


def test_a_flood_of_joins_from_one_address_leaves_seats_for_the_others(room):
    now = time.monotonic()
    room.door.joins.clock = lambda: now
    answers = [room.post("/seat", json={"code": room.code}).status_code for _ in range(300)]
    assert (answers.count(200), answers.count(429)) == (150, 150)
    room.door.joins.clock = lambda: now + 60
    join(room)


def test_when_every_seat_is_taken_those_who_sit_go_on(room, monkeypatch):
    monkeypatch.setattr(joining, "SEATS", 2)
    key, _ = join(room), join(room)
    assert room.post("/seat", json={"code": room.code}).status_code == 403
    assert len(room.session.state.seats) == 2
    report(room, key, one())


def test_a_flood_of_votes_stops_itself_alone(room):
    room.session.control(step=2)
    other = join(room, "calm")
    room.post("/phone/join", content=f"code={room.code}", headers=ORIGIN)
    votes = [
        room.post("/phone/vote", content=f"{ASKED}&answer={'AB'[n % 2]}", headers=ORIGIN).status_code
        for n in range(320)
    ]
    assert set(votes) == {303, 429}
    assert room.session.state.tally("toy/double", 1).total() == 1
    report(room, other, one(verdict="", prediction="C"))
    assert room.session.state.tally("toy/double", 1)["C"] == 1


def test_names_are_one_line_of_printable_text(room):
    join(room, "  <img onerror=alert(1)>\x1b[2J\nx\u202e" + "y" * 99)
    (seat,) = room.session.state.seats.values()
    assert seat.name.startswith("<img onerror=alert(1)>[2Jx")
    assert len(seat.name) == 40
    assert seat.name.isprintable()
