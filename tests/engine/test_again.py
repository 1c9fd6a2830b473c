"""Practice days later: what is due comes from the history alone, mixed, and without its title."""

from datetime import UTC, datetime, timedelta

from tests.engine.conftest import program, write_kata
from torchkata.collection.catalogue import Catalogue
from torchkata.learner.progress import Progress
from torchkata.practice.again import due, schedule

LEARNT = datetime(2026, 1, 5, 12, tzinfo=UTC)


def event(kata, what, days=0.0, **content):
    return {"kata": kata, "event": what, "at": (LEARNT + timedelta(days=days)).timestamp(), **content}


def solved(kata, days=0.0):
    return event(kata, "verdict", days, verdict="solved")


def test_nothing_is_due_on_the_day_on_which_it_was_learnt():
    card = schedule([solved("toy/double")])["toy/double"]
    assert card.due >= LEARNT + timedelta(days=1)


def test_an_event_whose_time_cannot_be_read_is_due_again_and_stops_nothing():
    odd = solved("toy/double") | {"at": "yesterday"}
    assert schedule([odd])["toy/double"].due < LEARNT


def test_who_needed_hints_practises_sooner():
    cards = schedule([event("toy/a", "hint"), solved("toy/a"), solved("toy/b")])
    assert cards["toy/a"].due < cards["toy/b"].due


def test_each_good_answer_puts_it_off_further_and_a_forgotten_one_brings_it_back():
    events = [solved("toy/double"), event("toy/double", "again", 3, rating="3")]
    first = schedule(events)["toy/double"].due - (LEARNT + timedelta(days=3))
    again = [*events, event("toy/double", "again", 20, rating="3")]
    second = schedule(again)["toy/double"].due - (LEARNT + timedelta(days=20))
    lost = schedule([*events, event("toy/double", "again", 20, rating="1")])["toy/double"].due
    assert first < second
    assert lost - (LEARNT + timedelta(days=20)) < first


def test_a_kata_that_was_never_solved_does_not_come_back():
    assert schedule([event("toy/double", "start"), event("toy/double", "again", rating="3")]) == {}


def test_tracks_are_mixed_and_look_alikes_stand_side_by_side(tree):
    for name in ("toy/other", "toy/third", "game/first", "game/second"):
        card = write_kata(tree.root, name).card
        card.write_text(card.read_text().replace("adds-instead", f"adds-in-{name.replace('/', '-')}"))
    card = tree.kata("game/second").card
    card.write_text(card.read_text().replace("minutes = 1", 'minutes = 1\nalike = ["toy/other"]'))
    entries = Catalogue(tree).entries
    order = ("toy/double", "toy/other", "toy/third", "game/first", "game/second")
    cards = schedule([solved(kata, n / 100) for n, kata in enumerate(order)])
    mixed = [entry.id for entry in due(entries, cards, LEARNT + timedelta(days=90))]
    assert mixed == ["toy/double", "game/first", "toy/other", "game/second", "toy/third"]


def test_no_question_of_the_repository_holds_its_answer(repository):
    for entry in Catalogue(repository).entries:
        question, answer = entry.card.sections["Again"], entry.card.sections["Answer"]
        assert "?" in question, entry.id
        assert question.count("(") == question.count(")"), entry.id
        assert answer not in question, entry.id


def test_without_anything_solved_it_says_where_to_begin(kata_command):
    done = kata_command("again")
    assert done.returncode == 0
    assert "Begin: kata" in done.stdout


def test_a_sitting_asks_shows_and_has_something_fixed(tree, kata_command, monkeypatch):
    """Through the real command, with the day of learning moved into the past."""
    from tests.engine.test_loop import Terminal

    progress = Progress(tree)
    progress.record(tree.kata("toy/double"), "verdict", verdict="solved")
    history = tree.private / "history.jsonl"
    at = history.read_text().split('"at": ')[1].split(",")[0]
    history.write_text(history.read_text().replace(at, str(float(at) - 30 * 86400)))
    with Terminal(tree.root, "again") as terminal:
        terminal.expect("And what halves?")
        assert "Some values come out wrong" not in terminal.seen
        terminal.press("\r")
        terminal.expect("Dividing by two.")
        terminal.press("3\r")
        terminal.expect("Fix it and press Enter")
        terminal.press("\r")
        terminal.expect("UNTOUCHED")
        (tree.root / "katas" / "practice.py").write_text(program("2 * values"))
        terminal.press("\r")
        terminal.expect("It was toy/double: adds-instead.")
        terminal.expect("Enough for today.")
    assert schedule(list(progress.events()))["toy/double"].due > datetime.now(UTC) + timedelta(days=5)
