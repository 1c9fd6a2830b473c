"""After a session: sums without names, and nothing left once it is forgotten. And without the extra."""

import json
import re
import sys

import pytest

import torchkata.room
from torchkata.cli.main import main
from torchkata.collection.catalogue import Catalogue
from torchkata.room import plan, records, running, session

KATA = "toy/double"


@pytest.fixture
def kata(tree, monkeypatch, capsys):
    monkeypatch.chdir(tree.root)

    def run(*args, status=0):
        with pytest.raises(SystemExit) as end:
            main(args)
        said = " ".join(" ".join(capsys.readouterr()).split())
        assert end.value.code == status, said
        return said

    return run


@pytest.fixture
def held(tree):
    """A session in which Ada was wrong, voted twice, and solved it."""
    here, _ = session.begin(tree, plan.of([Catalogue(tree)[KATA]]))
    here.record("join", seat="s1", name="Ada <b>", key="0" * 64)
    said = {
        "kata": KATA,
        "attempt": 1,
        "hints": 0,
        "seconds": 0.1,
        "prediction": "A",
        "failure": "",
        "round": 1,
    }
    here.record("report", seat="s1", key="k1", verdict="wrong_fix", wrong_fix="wrong_triple", **said)
    here.record("report", seat="s1", key="k2", verdict="solved", wrong_fix="", **said)
    here.record("vote", seat="s1", kata=KATA, round=2, answer="B")
    here.record("flag", seat="s1", flag="help", key="k3")
    here.record("claim", seat="s1", by="Grace")
    here.record("helped", seat="s1")
    here.undo()
    here.control(ended=True)
    return here


def test_an_export_and_a_report_name_nobody(kata, held, tree):
    kata("room", "export", "out.jsonl")
    text = (tree.root / "out.jsonl").read_text()
    events = [json.loads(line) for line in text.splitlines()]
    assert {event.get("seat") for event in events} == {None, "learner 1"}
    assert [event["what"] for event in events].count("report") == 2
    kata("room", "report", "out.html")
    page = (tree.root / "out.html").read_text()
    for secret in ("Ada", "Grace", "s1", held.code, "0" * 64):
        assert secret not in text + page
    assert "1 of 1 solved it" in page
    assert "Three times is once too often." in page
    assert "round 2" in page


def test_a_part_that_was_not_reached_is_not_judged(kata, tree, toy):
    toy.write_kata(tree.root, "toy/second")
    katas = Catalogue(tree)
    session.begin(tree, plan.of([katas[KATA], katas["toy/second"]]))
    kata("room", "report", "out.html")
    page = (tree.root / "out.html").read_text()
    assert "toy/double: 0 of 0 solved it." in page
    assert "toy/second: not reached." in page


def test_a_part_that_was_looked_at_early_makes_no_minutes_negative(kata, tree, toy, monkeypatch):
    toy.write_kata(tree.root, "toy/second")
    toy.write_kata(tree.root, "toy/third")
    katas = Catalogue(tree)
    here, _ = session.begin(tree, plan.of([katas[KATA], katas["toy/second"], katas["toy/third"]]))
    now = here.journal.clock()
    for minutes, part in ((1, 2), (2, 1), (12, 2)):
        here.journal.clock = lambda minutes=minutes: now + 60 * minutes
        here.control(part=part, step=0)
    kata("room", "report", "out.html")
    page = (tree.root / "out.html").read_text()
    assert "minutes" in page
    assert not re.search(r"-\d+ minutes", page)


def test_forget_leaves_nothing(kata, held, tree):
    assert "1 session deleted" in kata("room", "forget")
    assert not held.journal.file.parent.exists()
    assert "no session was kept here" in kata("room", "report", "out.html", status=2)
    assert "0 sessions deleted" in kata("room", "forget")
    assert "kata room export FILE" in kata("room", "export", status=2)


def test_a_plan_that_is_open_is_not_opened_twice(kata, tree):
    here, _ = session.begin(tree, plan.of([Catalogue(tree)[KATA]]))
    with running.held(session.folder_of(here)):
        assert "open in another terminal" in kata("room", KATA, status=2)


def test_nothing_is_forgotten_under_a_room_that_is_open(kata, held, tree):
    (journal,) = records.sessions(tree)
    with running.held(journal.parent):
        assert "End it first, with Ctrl-C" in kata("room", "forget", status=2)
    assert journal.is_file()
    kata("room", "forget")
    assert not records.sessions(tree)


def test_the_same_plan_goes_on_on_the_same_day_until_it_is_ended(tree, held):
    chosen = held.plan
    anew, goes_on = session.begin(tree, chosen)
    assert not goes_on  # the first was ended
    again, goes_on = session.begin(tree, chosen)
    assert (goes_on, again.code) == (True, anew.code)
    other, goes_on = session.begin(tree, chosen, anew=True)
    assert (goes_on, other.state.seats) == (False, {})


@pytest.mark.parametrize("args", [("room", KATA), ("demo", KATA), ("room", "report", "x.html")])
def test_without_the_extra_a_room_says_what_to_install(kata, monkeypatch, args):
    for name in [name for name in sys.modules if name.startswith("torchkata.room.")]:
        monkeypatch.delitem(sys.modules, name)
        monkeypatch.delattr(torchkata.room, name.rpartition(".")[2], raising=False)
    for name in ("starlette", "uvicorn", "jinja2"):
        monkeypatch.setitem(sys.modules, name, None)
    said = kata(*args, status=2)
    assert "pip install 'torchkata[room]'" in said
    assert "Traceback" not in said


def test_a_plan_is_checked_without_the_extra(kata, monkeypatch):
    for name in ("starlette", "uvicorn", "jinja2", "markdown_it", "segno"):
        monkeypatch.setitem(sys.modules, name, None)
    assert "This works" in kata("room", "--check", KATA)
