"""The door on 127.0.0.1: who may come in, what a stage shows in which step, and what a run says."""

import json
import math
import re
import threading
import time

import pytest
from starlette.testclient import TestClient

from torchkata.collection.catalogue import Catalogue
from torchkata.pictures.choice import Picture
from torchkata.room import plan, server, session, views
from torchkata.room.own_door import OwnDoor
from torchkata.room.session import Session
from torchkata.room.stage import Stage
from torchkata.room.state import State

HOST, TOKEN = "127.0.0.1:8765", "the-token"
ORIGIN = {"origin": f"http://{HOST}"}
COPY = "/copy/toy/double"
CAUSES = ("adds-instead", "wrong_", "2 * values", "triple", "twice, not one more")


@pytest.fixture
def room(dojo, judge, tmp_path):
    """A session of toy/double, its stage, and a client that has come with the token."""
    chosen = plan.of([Catalogue(dojo)["toy/double"]])
    here = Session(chosen, session.Journal(tmp_path / "events.jsonl"))
    stage = Stage(judge, tmp_path / "stage", here.changed)
    app = OwnDoor(here, stage, TOKEN, 8765).app()
    with TestClient(app, base_url=f"http://{HOST}") as client:
        client.get(f"/stage?token={TOKEN}")
        client.session, client.stage, client.app_ = here, stage, app
        yield client


def do(client, what, **more):
    answer = client.post("/do", content=json.dumps({"do": what, **more}), headers=ORIGIN)
    assert answer.status_code == 200, answer.text
    return answer.json()["step"]


def view(client):
    answer = client.get("/stage/view")
    assert answer.status_code == 200
    return answer.text


def ran(client, step):
    """The view, once the run of this step has ended."""
    deadline = time.monotonic() + 60
    while ("toy/double", step) in client.stage.running or ("toy/double", step) not in client.stage.ran:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return view(client)


def test_these_are_the_routes_and_nothing_else(room):
    paths = {(route.path, *sorted(getattr(route, "methods", None) or ())) for route in room.app_.routes}
    assert paths == {
        ("/", "GET", "HEAD"),
        ("/stage", "GET", "HEAD"),
        ("/stage/view", "GET", "HEAD"),
        ("/desk", "GET", "HEAD"),
        ("/desk/view", "GET", "HEAD"),
        ("/changes", "GET", "HEAD"),
        ("/do", "POST"),
        ("/copy/{kata:path}", "GET", "HEAD", "PUT"),
        ("/static",),
    }


@pytest.mark.parametrize(
    "path", ["/", "/stage", "/stage/view", "/desk", "/desk/view", "/changes", "/copy/toy/double"]
)
def test_nobody_comes_in_without_the_token(room, path):
    room.cookies.clear()
    assert room.get(path).status_code == 403
    assert room.get(f"{path}?token=guessed").status_code == 403
    assert room.post("/do", content='{"do": "next"}', headers=ORIGIN).status_code == 403
    assert room.session.controls.step == 0


def test_the_token_leaves_the_address_and_stays_in_a_cookie_that_no_script_reads(room):
    room.cookies.clear()
    answer = room.get(f"/stage?token={TOKEN}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/stage")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=strict" in answer.headers["set-cookie"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:1", "evil.example:8765", "127.0.0.1", ""])
def test_another_host_is_refused_even_with_the_token(room, host):
    assert room.get("/stage/view", headers={"host": host}).status_code == 421


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:8765", "http://127.0.0.1:1", None]
)
def test_another_origin_or_none_can_do_nothing(room, origin):
    headers = {} if origin is None else {"origin": origin}
    assert room.post("/do", content='{"do": "next"}', headers=headers).status_code == 403
    assert room.session.controls.step == 0


def test_what_is_too_large_is_refused_whatever_its_length_says(room):
    do(room, "edit")
    assert room.put(COPY, content=b"x" * 300_000, headers=ORIGIN).status_code == 413
    chunks = (b"x" * 10_000 for _ in range(30))
    assert room.put(COPY, content=chunks, headers=ORIGIN).status_code == 413
    assert b"x" * 10 not in room.stage.text(room.session.entry)
    padded = (b" " * 10_000 for _ in range(30))
    assert room.post("/do", content=padded, headers=ORIGIN).status_code == 413


def test_every_page_forbids_what_comes_from_elsewhere(room):
    for path in ("/stage", "/stage/view", "/desk", "/static/stage.js"):
        headers = room.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
    for path in ("/stage", "/stage/view", "/desk", "/desk/view"):
        assert not re.search(r"<script(?! type=\"module\" src=)| style=| on\w+=", room.get(path).text)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "[]",
        '{"do": "__class__"}',
        '{"do": "part", "part": 9}',
        '{"do": "control", "part": "1"}',
        '{"do": "control", "nothing": 1}',
        '{"do": "next", "more": 1}',
        "[" * 5000,
    ],
)
def test_what_is_no_command_is_refused_and_changes_nothing(room, said):
    before = room.session.controls
    assert room.post("/do", content=said, headers=ORIGIN).status_code == 400
    assert room.session.controls == before


def test_from_symptom_to_rule_nothing_gives_the_cause_away_before_its_step(room):
    seen = {}
    while True:
        name = room.session.step.name
        seen[name] = ran(room, name) if name in ("red", "green") else view(room)
        if name == "why":
            break
        do(room, "next")
    assert list(seen) == ["symptom", "code", "predict", "red", "hints", "edit", "difference", "green", "why"]
    early = [seen[name] for name in list(seen)[: list(seen).index("difference")]]
    assert not [cause for cause in CAUSES for page in early if cause in page]
    assert "Three comes out as four." in seen["symptom"]
    assert "two" in seen["predict"]
    assert "<b>RED</b> the program with its bug" in seen["red"]
    assert "tensor([4.])" in seen["red"]
    assert "every value comes out twice" in seen["red"]
    assert "three plus one" not in seen["hints"]
    assert "twice, not one more" in re.sub(r"<[^>]*>", "", seen["difference"])
    assert "SOLVED" in seen["green"]
    assert "tensor([6.])" in seen["green"]
    assert "Doubling multiplies." in seen["why"]


def test_pictures_stand_at_the_runs_alone_and_the_fix_in_none_before_the_green_one(room):
    svgs = "<svg>of broken</svg>", "<svg>of fixed</svg>"
    graph = Picture("graph", "The autograd graph", svgs, "both", svgs[0], "one")
    room.stage.drawn["toy/double"] = [
        graph,
        Picture("curve", "The loss", ("<svg>two</svg>",), "", "<svg>one</svg>", ""),
    ]
    seen = {}
    while True:
        name = room.session.step.name
        do(room, "picture")
        seen[name] = view(room)
        if name in ("red", "green"):
            assert "The autograd graph <small>1 of 2</small>" in " ".join(seen[name].split())
            do(room, "picture")
            assert "The loss" in view(room)
            do(room, "picture")  # behind the last one, the run again
            assert "<figure" not in view(room)
            assert "p shows the autograd graph, and 1 more" in view(room)
            assert "of fixed" not in view(room)
            do(room, "picture")
        if name == "why":
            break
        do(room, "next")
        assert "<figure" not in view(room)  # the next step begins with what it is about
    assert [name for name, page in seen.items() if "of broken" in page] == ["red", "green"]
    assert [name for name, page in seen.items() if "of fixed" in page] == ["green"]
    assert "Picture</button>" not in room.get("/desk/view").text


def test_a_picture_is_undone_and_offered_on_the_desk(room):
    svgs = "<svg>of broken</svg>", "<svg>of fixed</svg>"
    room.stage.drawn["toy/double"] = [Picture("graph", "The autograd graph", svgs, "both", svgs[0], "one")]
    for _ in range(3):
        do(room, "next")
    assert "Picture</button>" in room.get("/desk/view").text
    do(room, "picture")
    assert "of broken" in view(room)
    assert "Picture 1 of 1</button>" in room.get("/desk/view").text
    do(room, "undo")
    assert "of broken" not in view(room)
    room.stage.drawn.clear()  # not drawn yet
    do(room, "picture")
    assert room.session.controls.picture == 0


def test_a_hint_is_shown_by_its_key_and_undone(room):
    assert do(room, "hint") == "hints"
    assert "three plus one" in view(room)
    assert "beside" not in view(room)
    do(room, "hint")
    assert "beside" in view(room)
    do(room, "undo")
    assert "beside" not in view(room)
    for _ in range(9):
        do(room, "undo")
    assert room.session.step.name == "symptom"


def test_the_page_edits_the_copy_on_disk_and_a_run_speaks_as_to_a_learner(room, toy):
    for other in ("", "toy/other", "../../token"):
        assert room.get(f"/copy/{other}").status_code == 404
        assert room.put(f"/copy/{other}", content="x", headers=ORIGIN).status_code == 404
    do(room, "edit")
    copy = room.stage.copy(room.session.entry)
    assert room.get(COPY).text == toy.program("values + 1") == copy.read_text()
    assert room.put(COPY, content=toy.program("3 * values"), headers=ORIGIN).status_code == 204
    assert copy.read_text() == toy.program("3 * values")
    do(room, "run")
    said = ran(room, "edit")
    assert "WRONG FIX" in said
    assert "Three times is once too often." in said
    assert "wrong_triple" not in said


def test_what_was_typed_when_the_desk_moved_on_is_saved_where_it_was_typed(room):
    do(room, "edit")
    do(room, "back")
    assert room.put(COPY, content="# A last word.", headers=ORIGIN).status_code == 204
    assert room.get(COPY).text == "# A last word."


def test_what_is_saved_during_a_run_is_run_after_it(room, monkeypatch):
    begun, go_on, seen = threading.Event(), threading.Event(), []

    def judge(entry, program):
        seen.append(program)
        begun.set()
        assert go_on.wait(60)
        return "said"

    monkeypatch.setattr(room.stage, "_judge", judge)
    do(room, "edit")
    do(room, "run")
    assert begun.wait(60)
    room.put(COPY, content=b"# Later.\n", headers=ORIGIN)
    do(room, "run")
    go_on.set()
    deadline = time.monotonic() + 60
    while len(seen) < 2 or room.stage.running:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert seen[1:] == [b"# Later.\n"]


def test_a_time_box_that_is_over_can_be_ended(room):
    do(room, "box", minutes=5)
    later = time.time() + 600
    room.session.journal.clock = lambda: later
    page = room.get("/desk/view").text
    assert "End time box" in page
    do(room, "box", minutes=0)
    assert "End time box" not in room.get("/desk/view").text


def test_behind_the_last_port_any_that_is_free_is_taken():
    with server.listen("127.0.0.1", 65536) as found:
        assert 0 < found.getsockname()[1] < 65536


@pytest.mark.parametrize("left", ["", "\n"])
def test_a_token_that_a_full_disk_left_empty_is_made_anew(tmp_path, left):
    file = tmp_path / "token"
    file.write_text(left)
    made = server._token(file)
    assert len(made) > 16
    assert server._token(file) == made


def test_a_save_from_outside_is_news_and_one_of_our_own_is_none(room, toy):
    do(room, "edit")
    entry = room.session.entry
    room.put(COPY, content=toy.program("3 * values"), headers=ORIGIN)
    assert not room.stage.look(entry)
    room.stage.copy(entry).write_text(toy.program("2 * values"))
    assert room.stage.look(entry)
    assert not room.stage.look(entry)
    assert "2 * values" in room.get(COPY).text


def test_what_a_program_prints_stays_text(room, toy):
    do(room, "edit")
    evil = toy.program("print('<img src=x onerror=alert(1)>\\x1b[2J') or values")
    room.put(COPY, content=evil, headers=ORIGIN)
    do(room, "run")
    said = ran(room, "edit")
    assert "<img" not in said
    assert "&lt;img src=x onerror=alert(1)&gt;" in said
    assert "\x1b" not in said


def test_a_restart_shows_the_same_state(room):
    do(room, "next")
    do(room, "hand", letter="A", by=1)
    do(room, "control", votes_shown=True)
    again = State.of(room.session.journal.events())
    assert (again.controls, again.hands) == (room.session.controls, room.session.state.hands)
    with room.session.journal.file.open("a") as file:
        file.write('{"at": 3, "what": "cont')  # a crash in the middle of a line
    assert State.of(room.session.journal.events()).controls == room.session.controls


def test_the_votes_are_hidden_until_they_are_shown_and_a_second_round_begins_hidden(room):
    for _ in range(2):
        do(room, "next")
    do(room, "hand", letter="A", by=1)
    do(room, "hand", letter="A", by=1)
    assert "<meter" not in view(room)
    assert "2 voted" in view(room)
    do(room, "control", votes_shown=True)
    assert 'value="2"' in view(room)
    do(room, "again")
    do(room, "hand", letter="B", by=1)
    assert "<meter" not in view(room)
    do(room, "control", votes_shown=True)
    assert re.search(r"2 → *\n*.*0", view(room))


def test_a_helper_claims_a_row_by_name_and_undo_gives_it_back(room):
    room.session.record("join", seat="s1", name="ann", key="0" * 64)
    room.session.record("flag", seat="s1", flag="help", key="k")
    assert "data-claim>I'll go</button>" in room.get("/desk/view").text
    do(room, "claim", seat="s1", by="  Jo <b>\n ")
    said = room.get("/desk/view").text
    assert said.count("Jo &lt;b&gt; is there") == 2  # in the row, and in the list of seats
    assert "Give back" in said
    assert "Jo" not in view(room)
    do(room, "claim", seat="s1", by="Mia")
    do(room, "hand", letter="A", by=1)
    for expected in ("Mia", "Jo <b>", ""):  # the hand, Mia, Jo
        do(room, "undo")
        assert room.session.state.seats["s1"].claimed == expected
        assert room.session.state.hands.get(("toy/double", 1), {}) == {}
    assert room.session.state.undoes is None
    assert State.of(room.session.journal.events()) == room.session.state


def test_while_nobody_is_there_the_desk_says_how_to_join_or_that_nobody_can(room):
    assert "without <code>--lan</code>" in room.get("/desk/view").text
    said = views.desk(room.session, room.stage, "192.168.8.2:8766")
    assert f"kata join 192.168.8.2:8766 {room.session.code}" in said
    room.session.record("join", seat="s1", name="ann", key="0" * 64)
    assert "Nobody right now." in room.get("/desk/view").text


def test_who_was_helped_is_no_longer_on_the_list_and_undo_brings_them_back(room):
    room.session.record("join", seat="s1", name="ann", key="0" * 64)
    room.session.record("flag", seat="s1", flag="help", key="k")
    assert "asked for help, just now" in room.get("/desk/view").text
    do(room, "helped", seat="s1")
    assert "Nobody right now" in room.get("/desk/view").text
    do(room, "undo")
    assert "asked for help" in room.get("/desk/view").text
    answer = room.post("/do", content='{"do": "helped", "seat": "s2"}', headers=ORIGIN)
    assert (answer.status_code, answer.text) == (400, "no such command: no such seat")


def clock(client):
    said = re.sub(r"<[^>]*>", "", client.get("/desk/view").text)
    minute, part = (
        re.search(r"minute (-?\d+) of \d+", said),
        re.search(r"(\d+) of \d+ min in this part", said),
    )
    return int(minute[1]), int(part[1])


def test_the_plan_begins_when_the_desk_says_so_and_undo_takes_that_back(late):
    now = [float(math.ceil(time.time()))]
    late.session.journal.clock = lambda: now[0]
    now[0] += 10 * 60
    assert clock(late)[0] == 10
    assert "Begin now" in late.get("/desk/view").text
    do(late, "begin")
    assert clock(late) == (0, 0)
    now[0] += 120
    do(late, "part", part=1)
    now[0] += 60
    assert clock(late) == (3, 1)
    do(late, "begin")  # minute 12 of the plan, where this part begins
    assert clock(late) == (12, 0)
    assert "on time" in late.get("/desk/view").text
    again = Session(late.session.plan, session.Journal(late.session.journal.file))
    assert again.state == late.session.state
    for expected in ((3, 1), (3, 3), (13, 13)):
        do(late, "undo")
        assert clock(late) == expected
    late.session.control(part=9)  # of a plan that was longer yesterday
    do(late, "begin")
    assert clock(late) == (12, 0)


@pytest.fixture
def late(room):
    """The same kata twice in a row, 12 minutes each."""
    (part,) = room.session.plan.parts
    room.session.plan = plan.Plan("Twice", 30, (part, part))
    return room


def test_the_last_step_says_that_it_is_one_and_what_comes_next(late):
    (part, _) = late.session.plan.parts
    talk = plan.Part("talk", 6, title="What we take home")
    late.session.plan = plan.Plan("A day", 30, (part, part, talk))
    ahead, no_more = f"Next: <b>{part.entry.card.title}</b>, 12 minutes", "disabled>Next</button>"
    assert ahead not in view(late)
    late.session.control(step=8)
    assert ahead in view(late)
    assert "then: <b>toy/double</b>" in late.get("/desk/view").text
    do(late, "next")
    late.session.control(step=8)
    assert "Next: <b>What we take home</b>, 6 minutes" in view(late)
    assert no_more not in late.get("/desk/view").text
    do(late, "next")
    assert "The last part." in view(late)
    said = late.get("/desk/view").text
    assert no_more in said
    assert "then: <b>the end</b>" in said
    assert "kata room report" in said
    do(late, "control", ended=True)
    assert "The session has ended." in view(late)


def test_a_demo_of_one_kata_ends_with_its_last_step(room):
    room.session.control(step=8)
    assert "The last step." in view(room)


def test_the_desk_counts_loops_phones_and_hands_each_for_themselves(room):
    for seat, phone, answer in (("s1", False, "A"), ("s2", True, "B"), ("s3", True, "B")):
        room.session.record("join", seat=seat, name=seat, key="0" * 64, phone=phone)
        room.session.record("vote", seat=seat, kata="toy/double", round=1, answer=answer)
    do(room, "hand", letter="B", by=1)
    said = room.get("/desk/view").text
    assert "1 learner joined, 2 phones" in said
    rows = re.findall(
        r'<th scope="row">(\w).*?<td>(\d+)<td>(\d+)<td.*?</button> (\d+) <.*?<b>(\d+)', said, re.DOTALL
    )
    assert rows[:2] == [("A", "1", "0", "0", "1"), ("B", "0", "2", "1", "3")]


def test_at_the_end_the_room_sees_what_it_has_voted_before_and_after(room):
    do(room, "hand", letter="A", by=2)
    room.session.control(step=8)
    assert "The room: A 2</p>" in view(room)
    do(room, "again")
    assert "The room: A 2; after the discussion nobody</p>" in view(room)
    do(room, "hand", letter="B", by=1)
    assert "The room: A 2; after the discussion B 1</p>" in view(room)


def test_the_desk_has_the_notes_and_says_that_it_is_not_for_the_projector(room):
    page = room.get("/desk").text
    assert "<title>DESK, not for the projector" in page
    said = room.get("/desk/view").text
    assert "for which value is nothing wrong" in said
    assert "The program" in said  # what comes next
    assert "Doubling multiplies" not in view(room)
