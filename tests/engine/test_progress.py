"""What a learner has done, derived from one file of events that may be damaged."""

import json
import time
from types import SimpleNamespace

import pytest

from torchkata.learner import workspace
from torchkata.learner.progress import Progress


@pytest.fixture
def progress(tree):
    return Progress(tree)


@pytest.fixture
def kata(tree):
    return tree.kata("toy/double")


def events(progress):
    return [(event["kata"], event["event"]) for event in progress.events()]


def test_without_a_history_everything_is_new(progress, kata):
    assert list(progress.events()) == []
    assert progress.states() == {}
    assert (progress.state(kata), progress.hints(kata)) == ("new", 0)
    assert progress.trouble() is None


def test_events_come_back_in_order_with_their_content(progress, kata):
    progress.record(kata, "start")
    progress.record(kata, "verdict", verdict="failing", wrong_fix=None, program="é")
    first, second = progress.events()
    assert first["event"] == "start"
    assert (second["verdict"], second["wrong_fix"], second["program"]) == ("failing", None, "é")
    assert first["schema"] == "kata-history/1"
    assert first["at"] <= second["at"]


@pytest.mark.parametrize(
    ("history", "wanted"),
    [
        (["start"], "started"),
        (["failing"], "started"),
        (["start", "solved"], "solved"),
        (["start", "solved", "failing"], "solved"),  # solved once is solved
        (["start", "solved", "start"], "solved"),
        (["start", "solved", "reset"], "started"),
        (["start", "solved", "reset", "solved"], "solved"),
        (["hint"], "new"),
    ],
)
def test_the_state_follows_from_the_history(progress, kata, history, wanted):
    for event in history:
        if event in ("failing", "solved"):
            progress.record(kata, "verdict", verdict=event)
        else:
            progress.record(kata, event)
    assert progress.state(kata) == wanted


def test_a_copy_without_a_history_is_started(progress, kata):
    kata.copy.write_text("")
    assert progress.state(kata) == "started"


def test_hints_are_counted_by_kata_and_from_the_last_reset_on(progress, kata, tree):
    progress.record(kata, "hint")
    progress.record(tree.kata("toy/other"), "hint")
    progress.record(kata, "hint")
    assert progress.hints(kata) == 2
    progress.record(kata, "reset")
    assert progress.hints(kata) == 0
    progress.record(kata, "hint")
    assert progress.hints(kata) == 1


GOOD = {"schema": "kata-history/1", "at": 1.0, "kata": "toy/double", "event": "verdict", "verdict": "solved"}


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"\xff\xfe\x00",
        b"null",
        b"[]",
        b"3",
        b'"words"',
        b"{}",
        b"[" * 100_000,
        json.dumps({**GOOD, "schema": "kata-history/2"}).encode(),
        json.dumps({**GOOD, "kata": 3}).encode(),
        json.dumps({**GOOD, "kata": None}).encode(),
        json.dumps({**GOOD, "event": ["reset"]}).encode(),
    ],
)
def test_a_damaged_line_is_counted_and_left_where_it_is(progress, kata, line):
    content = b"\n".join(
        [json.dumps(GOOD).encode(), line, b"", json.dumps({**GOOD, "at": 2.0}).encode(), b""]
    )
    progress.file.parent.mkdir()
    progress.file.write_bytes(content)
    assert [event["at"] for event in progress.events()] == [1.0, 2.0]
    assert progress.damaged == 1
    assert progress.state(kata) == "solved"
    assert progress.trouble().startswith("1 line of ")
    progress.record(kata, "reset")
    assert progress.state(kata) == "started"
    assert progress.file.read_bytes().startswith(content)


@pytest.mark.parametrize(
    "extra",
    [{"verdict": ["solved"]}, {"verdict": None, "program": {}}, {"event": "prediction"}, {"event": "later"}],
)
def test_an_event_of_odd_content_is_not_fatal(progress, kata, extra):
    progress.file.parent.mkdir()
    progress.file.write_text(json.dumps(GOOD | extra) + "\n")
    assert progress.state(kata) in ("started", "new")
    assert progress.hints(kata) == 0
    assert progress.prediction(kata) == ""
    assert progress.versions(kata) == []


def test_a_history_without_a_readable_line_is_set_aside_and_a_new_one_begins(progress, kata):
    progress.file.parent.mkdir()
    progress.file.write_bytes(b"\x00\xff\n{\n")
    assert "was set aside as" in progress.trouble()
    assert progress.set_aside.read_bytes() == b"\x00\xff\n{\n"
    progress.record(kata, "start")
    assert events(progress) == [("toy/double", "start")]


# Kept copies


def test_nothing_is_kept_where_there_is_no_copy(progress, kata):
    assert progress.keep(kata) is None
    assert progress.versions(kata) == []


def test_where_no_copy_can_be_kept_that_is_an_error_and_not_as_if_there_were_no_file(progress, kata, tree):
    kata.copy.write_bytes(b"mine")
    tree.private.mkdir(exist_ok=True)
    (tree.private / "kept").write_text("in the way")
    with pytest.raises(OSError):
        progress.keep(kata)


def test_each_content_is_kept_once_byte_by_byte(progress, kata, tree):
    kata.copy.write_bytes(b"one\r\n\xff")
    first = progress.keep(kata)
    assert first.read_bytes() == b"one\r\n\xff"
    assert first.is_relative_to(tree.private)
    assert progress.keep(kata) == first
    kata.copy.write_bytes(b"two")
    second = progress.keep(kata)
    assert (first.read_bytes(), second.read_bytes()) == (b"one\r\n\xff", b"two")
    assert len(list(first.parent.iterdir())) == 2


def test_a_version_knows_its_verdict_and_its_time(progress, kata):
    kata.copy.write_bytes(b"one")
    kept = progress.keep(kata)
    assert [version.verdict for version in progress.versions(kata)] == ["not checked"]
    progress.record(kata, "verdict", verdict="failing", program=kept.stem.rpartition("-")[2])
    (version,) = progress.versions(kata)
    assert (version.file, version.verdict) == (kept, "failing")
    assert version.when[4] == "-"
    assert version.when[13] == ":"


# The order of events


def write_history(progress, *events):
    progress.file.parent.mkdir(exist_ok=True)
    lines = [json.dumps({"schema": "kata-history/1", "kata": "toy/double", **event}) for event in events]
    progress.file.write_text("".join(f"{line}\n" for line in lines))


def test_events_of_another_machine_count_by_their_time_and_not_by_when_they_came(progress, kata):
    solved = {"at": 200.0, "event": "verdict", "verdict": "solved"}
    write_history(progress, solved, {"at": 90.0, "event": "hint"}, {"at": 110.5, "event": "reset"})
    assert [event["at"] for event in progress.events()] == [90.0, 110.5, 200.0]
    assert progress.state(kata) == "solved"
    assert progress.hints(kata) == 0


@pytest.mark.parametrize("odd", [{}, {"at": "x"}, {"at": None}, {"at": float("nan")}, {"at": float("inf")}])
def test_an_event_without_a_time_stays_behind_the_one_before_it(progress, kata, odd):
    first, last = {"at": 10**400, "event": "reset"}, {"at": 5, "event": "hint"}
    write_history(progress, last, {"event": "start", **odd}, {"at": 7.0, "event": "hint"}, first)
    assert [event["event"] for event in progress.events()] == ["hint", "start", "hint", "reset"]


# The order of kept versions


@pytest.fixture
def berlin(monkeypatch):
    if not hasattr(time, "tzset"):
        pytest.skip("this system sets no time zone for a process")
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


BEFORE_THE_CLOCKS_GO_BACK = 1_792_887_600.25  # 2026-10-25, 02:20 in Berlin, for the first time


def test_versions_stay_in_order_when_the_clocks_go_back(berlin, progress, kata, monkeypatch):
    for minutes in (0, 50):  # 02:20 in summer, 02:10 in winter
        now = BEFORE_THE_CLOCKS_GO_BACK + 60 * minutes
        monkeypatch.setattr(time, "time", lambda now=now: now)
        progress.keep_text(kata, str(minutes).encode())
    versions = progress.versions(kata)
    assert [version.file.read_bytes() for version in versions] == [b"0", b"50"]
    assert [version.when for version in versions] == ["2026-10-25 02:20:00", "2026-10-25 02:10:00"]


def test_versions_that_an_earlier_release_named_by_local_time_stay_in_their_place(
    berlin, progress, kata, tree, monkeypatch
):
    folder = tree.private / "kept" / "toy" / "double"
    folder.mkdir(parents=True)
    (folder / "20261025-013000-007-0123456789ab.py").write_bytes(b"second")
    (folder / "20261024-235959-999-ba9876543210.py").write_bytes(b"first")
    (folder / "20261025-090000-000-aaaaaaaaaaaa.py").write_bytes(b"last")
    monkeypatch.setattr(time, "time", lambda: BEFORE_THE_CLOCKS_GO_BACK)
    progress.keep_text(kata, b"third")
    versions = progress.versions(kata)
    assert [version.file.read_bytes() for version in versions] == [b"first", b"second", b"third", b"last"]
    assert versions[1].when == "2026-10-25 01:30:00"
    assert progress.keep_text(kata, b"third") == versions[2].file


@pytest.mark.parametrize(
    "name", ["notes.py", "20261025-0130.py", "20269999-013000-007-0123456789ab.py", "a-b.py"]
)
def test_a_foreign_file_beside_the_versions_is_none_of_them(progress, kata, name):
    kept = progress.keep_text(kata, b"one")
    (kept.parent / name).write_text("")
    assert [version.file for version in progress.versions(kata)] == [kept]
    assert workspace.history(SimpleNamespace(kata=kata, id=kata.id), progress)
