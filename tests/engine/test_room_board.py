"""The board: who needs a human next, common wrong answers, votes; the state as a function of its file."""

import random

import pytest

from torchkata.room import board
from torchkata.room.journal import Journal
from torchkata.room.state import State

KATA = "toy/double"


class Room:
    """A journal with a clock of its own, and short names for what happens."""

    def __init__(self, file):
        self.now = 1000.0
        self.journal = Journal(file, clock=lambda: self.now)
        self.number = 0
        self.journal.write("session", title="A day", parts=[KATA], code="ABCDEF")

    def join(self, *seats):
        for seat in seats:
            self.journal.write("join", seat=seat, name=seat, key="0" * 64)

    def report(self, seat, verdict="failing", failure="a sentence", key="", **more):
        self.number += 1
        said = {
            "kata": KATA,
            "attempt": 1,
            "hints": 0,
            "seconds": 0.1,
            "prediction": "",
            "wrong_fix": "",
            "round": 1,
        }
        said |= {"verdict": verdict, "failure": failure, "key": key or str(self.number), **more}
        self.journal.write("report", seat=seat, **said)

    def flag(self, seat, flag):
        self.number += 1
        self.journal.write("flag", seat=seat, flag=flag, key=str(self.number))

    @property
    def state(self):
        return State.of(self.journal.events())

    @property
    def needs(self):
        return [(need.seat.id, need.reason) for need in board.needs(self.state, self.now)]


@pytest.fixture
def room(tmp_path):
    return Room(tmp_path / "events.jsonl")


def test_those_who_asked_come_first_and_the_oldest_of_them_before(room):
    room.join("ann", "ben", "cyd")
    for _ in range(4):
        room.report("ann")
    room.flag("cyd", "help")
    room.now += 60
    room.flag("ben", "help")
    assert room.needs == [
        ("cyd", "asked for help"),
        ("ben", "asked for help"),
        ("ann", "the same failure 4 times"),
    ]
    room.flag("cyd", "ok")
    assert [seat for seat, _ in room.needs] == ["ben", "ann"]


def test_asking_twice_is_waiting_since_the_first_time(room):
    room.join("ann", "ben")
    room.flag("ann", "help")
    room.now += 10
    room.flag("ben", "help")
    room.flag("ann", "help")
    assert [seat for seat, _ in room.needs] == ["ann", "ben"]


def test_three_times_the_same_failure_is_no_reason_and_a_new_one_counts_anew(room):
    room.join("ann")
    for failure in ("a", "a", "a", "b", "b", "b"):
        room.report("ann", failure=failure)
    assert room.needs == []
    room.report("ann", failure="b")
    assert room.needs == [("ann", "the same failure 4 times")]
    room.report("ann", "solved", "")
    assert room.needs == []


def test_five_minutes_of_saves_without_a_new_failure(room):
    room.join("ann")
    room.report("ann")
    room.now += 299
    room.report("ann")
    assert room.needs == []
    room.now += 1
    assert room.needs == [("ann", "saves, and nothing new for 5 minutes")]


def test_a_broken_environment_is_no_failure_of_the_learners(room):
    room.join("ann")
    for _ in range(4):
        room.report("ann", "internal", "")
    assert room.needs == [("ann", "the environment is broken")]
    assert board.common(room.state, KATA) == []


def test_who_gives_no_sign_is_asked_unless_done_or_well(room):
    room.join("ann", "ben", "cyd")
    room.report("ben", "solved", "")
    room.flag("cyd", "ok")
    room.now += 300
    assert room.needs == [("ann", "no sign for 5 minutes")]


def test_who_solved_another_kata_is_missed_in_this_one(room):
    room.join("ann")
    room.report("ann", "solved", "")
    room.now += 300
    assert board.needs(room.state, room.now, kata=KATA) == []
    found = board.needs(room.state, room.now, kata="toy/other")
    assert [need.reason for need in found] == ["no sign for 5 minutes"]


def test_in_a_talk_or_a_break_no_sign_is_no_reason_and_a_new_part_gives_everybody_time(room):
    room.join("ann")
    room.now += 600
    assert board.needs(room.state, room.now, working=False) == []
    assert room.needs == [("ann", "no sign for 10 minutes")]
    room.journal.write("control", set={"part": 1, "step": 0})
    assert room.needs == []
    room.now += 300
    assert room.needs == [("ann", "no sign for 5 minutes")]
    room.flag("ann", "help")
    assert [need.reason for need in board.needs(room.state, room.now, working=False)] == ["asked for help"]


def test_a_row_can_be_claimed_and_given_back_and_ok_ends_it(room):
    room.join("ann")
    room.flag("ann", "help")
    room.journal.write("claim", seat="ann", by="Jo")
    assert room.state.seats["ann"].claimed == "Jo"
    room.journal.write("claim", seat="ann", by="")
    assert room.state.seats["ann"].claimed == ""
    room.journal.write("claim", seat="ann", by="Jo")
    room.flag("ann", "ok")
    assert room.state.seats["ann"].claimed == ""


def test_who_is_helped_already_comes_last_and_needs_nobody_again_until_they_ask(room):
    room.join("ann", "ben")
    room.flag("ann", "help")
    room.now += 10
    room.flag("ben", "help")
    room.journal.write("claim", seat="ann", by="Jo")
    assert [seat for seat, _ in room.needs] == ["ben", "ann"]
    room.report("ann", "solved", "")
    assert room.state.seats["ann"].claimed == ""
    assert room.needs == [("ben", "asked for help"), ("ann", "asked for help, and has solved it since")]
    room.journal.write("claim", seat="ben", by="Jo")
    room.flag("ben", "help")  # impatient: Jo is on the way all the same
    assert room.state.seats["ben"].claimed == "Jo"


def test_who_has_solved_it_since_says_so_until_they_ask_again_and_only_of_what_came_after(room):
    room.join("ann")
    room.report("ann", "solved", "")
    room.flag("ann", "help")  # about the next one, or about why
    assert room.needs == [("ann", "asked for help")]
    room.report("ann", "", "", kata="toy/other")  # moved on: that one isn't solved
    assert (room.state.seats["ann"].verdict, room.needs) == ("", [("ann", "asked for help")])
    room.report("ann", "solved", "", kata="toy/other")
    assert room.needs == [("ann", "asked for help, and has solved it since")]
    room.flag("ann", "help")
    assert room.needs == [("ann", "asked for help")]
    room.report("ann", "solved", "")
    room.flag("ann", "ok")
    assert room.needs == []


def test_a_row_goes_when_somebody_was_there_and_undo_brings_it_back_as_it_was(room):
    room.join("ann", "ben")
    for _ in range(4):
        room.report("ann")
    room.flag("ben", "help")
    room.now += 90
    room.journal.write("claim", seat="ben", by="Jo")
    before = {seat: vars(room.state.seats[seat]) for seat in ("ann", "ben")}
    for seat in ("ann", "ben"):
        room.journal.write("helped", seat=seat)
    assert room.needs == []
    assert room.state.seats["ben"].claimed == ""
    for _ in range(3):
        room.report("ann")  # counts anew
    assert room.needs == []
    for seat in ("ben", "ann"):
        room.journal.write_all([room.state.undoes])
        same = {name: vars(room.state.seats[seat])[name] for name in ("flag", "asked", "claimed", "fresh")}
        assert same.items() <= before[seat].items()
    assert room.needs == [("ann", "the same failure 4 times"), ("ben", "asked for help")]
    room.journal.write("helped", seat="nobody")
    assert room.state.undoes["what"] == "claim"


def test_a_row_says_since_when_unless_its_reason_does(room):
    room.join("ann", "ben")
    room.flag("ann", "help")
    room.now += 59
    assert [need.words for need in board.needs(room.state, room.now)] == ["asked for help, just now"]
    room.now += 301
    words = [need.words for need in board.needs(room.state, room.now)]
    assert words == ["asked for help, for 6 min", "no sign for 6 minutes"]


def test_the_clock_can_be_started_later_and_undo_goes_back_to_the_one_before(room):
    room.now += 600  # people come late
    at = room.now
    room.journal.write("control", set={"since": at, "clock": at})
    assert (room.state.controls.clock, room.state.began) == (at, {0: at})
    room.now += 60
    room.journal.write("control", set={"part": 1, "step": 0})
    assert (room.state.controls.clock, room.state.began) == (at, {0: at, 1: at + 60})
    room.now += 60
    room.journal.write("undo")  # pressed too early: it begins when it's really shown
    room.now += 60
    room.journal.write("control", set={"part": 1, "step": 0})
    assert room.state.began == {0: at, 1: at + 180}
    for _ in range(2):
        room.journal.write("undo")
    assert (room.state.controls.clock, room.state.began, room.state.undoes) == (0.0, {0: 1000.0}, None)


def test_undo_takes_back_what_was_last_whatever_it_was_also_when_a_seat_has_gone(room):
    room.join("ann")
    room.journal.write("control", set={"step": 1})
    room.journal.write("claim", seat="ann", by="Jo")
    room.journal.write("hands", kata=KATA, round=1, counts={"A": 1})
    undone = []
    while back := room.state.undoes:
        undone.append(back["what"])
        room.journal.write_all([back])
    assert undone == ["hands", "claim", "undo"]
    assert (room.state.hands[KATA, 1], room.state.seats["ann"].claimed) == ({}, "")
    assert room.state.controls.step == 0
    room.journal.write("control", set={"step": 2})
    room.journal.write("claim", seat="ann", by="Jo")
    room.journal.forget("ann")
    assert room.state.undoes == {"what": "undo"}
    room.journal.write_all([room.state.undoes])
    assert (room.state.controls.step, room.state.undoes) == (0, None)


def test_common_wrong_answers_count_learners_and_not_saves(room):
    room.join("ann", "ben", "cyd")
    for seat in ("ann", "ann", "ben"):
        room.report(seat, "wrong_fix", "a sentence", wrong_fix="wrong_triple")
    room.report("cyd", failure="another sentence")
    room.report("ben", "solved", "")  # was wrong all the same
    assert board.common(room.state, KATA) == [("wrong_triple", 2), ("another sentence", 1)]
    assert board.sums(room.state, KATA) == {"seats": 3, "solved": 1, "at it": 2, "asked": 0}


def test_a_phone_only_votes_and_counts_among_no_learners(room):
    room.journal.write("join", seat="ph", name="ph", key="0" * 64, phone=True)
    room.journal.write("vote", seat="ph", kata=KATA, round=1, answer="A")
    room.now += 1000
    assert room.needs == []
    assert board.sums(room.state, KATA)["seats"] == 0
    assert room.state.tally(KATA, 1)["A"] == 1
    room.join("ann")
    room.journal.write("vote", seat="ann", kata=KATA, round=1, answer="B")
    assert room.state.votes_of(room.state.phones, KATA, 1) == {"A": 1}
    assert room.state.votes_of(room.state.learners, KATA, 1) == {"B": 1}


def test_a_report_that_comes_twice_counts_once(room):
    room.join("ann")
    for _ in range(5):
        room.report("ann", key="the-same")
    assert room.state.seats["ann"].same == 1


def test_nobody_is_known_who_has_not_joined(room):
    room.report("ghost")
    room.flag("ghost", "help")
    room.journal.write("vote", seat="ghost", kata=KATA, round=1, answer="A")
    room.journal.write("claim", seat="ghost", by="Jo")
    assert (room.state.seats, room.state.tally(KATA, 1).total()) == ({}, 0)


def test_votes_are_one_each_in_each_round_and_hands_are_added(room):
    room.join("ann", "ben")
    for seat, number, answer in (("ann", 1, "A"), ("ann", 1, "B"), ("ben", 1, "B"), ("ann", 2, "C")):
        room.journal.write("vote", seat=seat, kata=KATA, round=number, answer=answer)
    room.journal.write("hands", kata=KATA, round=1, counts={"A": 3})
    assert dict(room.state.tally(KATA, 1)) == {"A": 3, "B": 2}
    assert dict(room.state.tally(KATA, 2)) == {"C": 1}


def test_to_forget_a_seat_leaves_no_trace_of_it_in_the_file(room):
    room.join("ann", "ben")
    room.report("ann", failure="what ann saw")
    room.flag("ann", "help")
    room.report("ben")
    room.journal.forget("ann")
    assert "ann" not in room.journal.file.read_text()
    assert list(room.state.seats) == ["ben"]
    assert board.common(room.state, KATA) == [("a sentence", 1)]


def test_every_control_can_be_undone_down_to_the_first(room):
    changes = [
        {"step": 1},
        {"hints": 2},
        {"votes_shown": True},
        {"part": 1, "step": 0},
        {"box": 99.0},
        {"ended": True},
    ]
    before = []
    for change in changes:
        before.append(room.state.controls)
        room.journal.write("control", set=change)
    assert (room.state.controls.part, room.state.controls.hints) == (1, 0)  # a part begins anew
    for expected in reversed(before):
        room.journal.write("undo")
        assert room.state.controls == expected
    assert room.state.undoes is None
    room.journal.write("undo")
    assert room.state.controls == before[0]


def test_the_state_is_a_function_of_the_file_however_it_was_read(room):
    chance = random.Random(1)
    seats = [f"s{n}" for n in range(20)]
    room.join(*seats)
    for _ in range(500):
        room.now += chance.random() * 20
        seat = chance.choice(seats)
        room.report(seat, chance.choice(("failing", "solved", "internal")), chance.choice("abc"))
        if chance.random() < 0.1:
            room.flag(seat, chance.choice(("help", "ok")))
    live = State()
    for event in room.journal.events():
        live.apply(event)
    copy = room.journal.file.with_name("spare.jsonl")  # another laptop
    copy.write_bytes(room.journal.file.read_bytes())
    assert live == room.state == State.of(Journal(copy).events())


def test_an_event_of_a_newer_version_and_half_a_line_are_passed_over(room):
    room.join("ann")
    with room.journal.file.open("a") as file:
        for line in ('{"at": 1, "what": "confetti"}', '{"at": 1, "what": "past"}', "[1]", '{"what": "join"}'):
            file.write(line + "\n")
        file.write('{"at": 1, "what": "jo')
    room.join("ben")
    assert list(room.state.seats) == ["ann", "ben"]
