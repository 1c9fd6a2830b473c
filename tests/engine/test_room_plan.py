"""Plans: read with errors that say where, checked with the minutes that a room needs."""

import html
from types import SimpleNamespace

import pytest

from torchkata.cli.main import main
from torchkata.collection.catalogue import Catalogue
from torchkata.room import plan, session, steps, views

SHIPPED = ("forty_five_minutes", "ninety_minutes", "policy_gradients")


@pytest.fixture
def catalogue(tree, toy):
    """toy/double, and toy/triple and toy/halve, which both come after it."""
    for name in ("triple", "halve"):
        kata = toy.write_kata(tree.root, f"toy/{name}")
        text = toy.card.replace("adds-instead", f"adds-instead-{name}").replace("minutes = 1", "minutes = 5")
        kata.card.write_text(text.replace("sources =", 'after = ["toy/double"]\nsources ='))
    return Catalogue(tree)


@pytest.fixture
def planned(catalogue, tmp_path):
    """The plan with these parts, and with this many minutes in all."""

    def read(parts, minutes=500):
        file = tmp_path / "plan.toml"
        rows = "\n".join(f"[[part]]\n{part}" for part in parts)
        file.write_text(f'title = "A day"\nminutes = {minutes}\n{rows}\n')
        return plan.read(file, catalogue)

    return read


DOUBLE, TRIPLE, HALVE = (f'kata = "toy/{name}"' for name in ("double", "triple", "halve"))


@pytest.mark.parametrize("name", ["forty_five_minutes", "ninety_minutes", "policy_gradients"])
def test_the_plans_that_come_with_the_katas_work(repository, name):
    catalogue = Catalogue(repository)
    shipped = plan.read(plan.find(name, catalogue), catalogue)
    assert list(plan.problems(shipped)) == []
    assert sum(part.kind == "recognize" for part in shipped.parts) == 1
    assert all(part.note for part in shipped.parts if part.kind != "break")


def test_a_kata_takes_twelve_minutes_or_three_times_its_cards(planned):
    assert [part.minutes for part in planned([DOUBLE, TRIPLE]).parts] == [12, 15]
    (recognized,) = planned(['recognize = "toy/triple"']).parts
    assert recognized.minutes == 8  # half of it, rounded up
    tight = planned([DOUBLE + "\nminutes = 11", 'talk = "Welcome"\nminutes = 1'])
    assert list(plan.problems(tight)) == [
        "toy/double needs 12 minutes in a room, and the plan gives it 11",
    ]


def test_a_plan_that_is_too_long_says_by_how_much(planned):
    assert list(plan.problems(planned([DOUBLE, TRIPLE], minutes=27))) == []
    (said,) = plan.problems(planned([DOUBLE, TRIPLE], minutes=26))
    assert said == "its parts take 27 minutes and there are 26: 1 too many"


def test_prerequisites_stand_in_order_and_those_outside_are_named(planned):
    assert list(plan.problems(planned([DOUBLE, TRIPLE]))) == []
    (said,) = plan.problems(planned([TRIPLE, DOUBLE]))
    assert said == "toy/double must stand before toy/triple, which comes after it"
    assert planned([TRIPLE, HALVE]).taken_for_granted == ["toy/double"]


def test_each_hour_has_a_break(planned):
    long, rest = DOUBLE + "\nminutes = 40", 'break = "Coffee"\nminutes = 5'
    assert list(plan.problems(planned([long, rest, TRIPLE + "\nminutes = 60"]))) == []
    (said,) = plan.problems(planned([long, TRIPLE + "\nminutes = 21", rest]))
    assert said.startswith("no break between minute 0 and the end of toy/triple in minute 61")
    short = planned([long, 'break = "Water"\nminutes = 4'])
    assert list(plan.problems(short)) == ["Water needs 5 minutes in a room, and the plan gives it 4"]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ('kata = "toy/duble"', "part 1: there is no kata 'toy/duble'; did you mean toy/double"),
        ('kata = "adds-instead"', "gives the cause away; write 'toy/double'"),
        ('kata = "toy/double"\nbreak = "Both"', "exactly one of kata, recognize, break, talk"),
        ('kata = "toy/double"\nminute = 3', "unknown field 'minute'"),
        ('kata = "toy/double"\nminutes = "3"', "minutes must be int, not '3'"),
        ('talk = "Welcome"', "minutes must be 1 or more"),
        ('talk = "Welcome"\nminutes = 3', "no part is a kata"),
        ("kata = ", "Invalid value"),
    ],
)
def test_what_is_no_plan_says_where_and_why(planned, part, said):
    with pytest.raises(plan.PlanError, match=r"plan\.toml.*") as problem:
        planned([part])
    assert said in str(problem.value)


def test_the_command_checks_and_its_status_says_what_it_found(catalogue, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(catalogue.tree.root)

    def run(*args):
        with pytest.raises(SystemExit) as end:
            main(["room", *args])
        return end.value.code, " ".join(" ".join(capsys.readouterr()).split())

    assert run("--check", "toy/double") == (
        0,
        "0:00 12 min toy/double Some values come out wrong: 12 minutes, 0 to spare. This works.",
    )
    status, said = run("--check", "toy/triple", "toy/double")
    assert (status, "PROBLEM toy/double must stand before" in said) == (1, True)
    status, said = run("--check", "nothing")
    assert (status, "Nor is there a plan of that name" in said) == (2, True)
    assert run()[0] == 2


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_plan_goes_from_its_first_step_to_its_last_and_back(name, repository, tmp_path):
    catalogue = Catalogue(repository)
    chosen = plan.read(plan.find(name, catalogue), catalogue)
    here = session.Session(chosen, session.Journal(tmp_path / "events.jsonl"))
    stage = SimpleNamespace(ran={}, running=set(), drawn={}, copy=lambda entry: tmp_path / "copy.py")
    seen = []
    while not seen or seen[-1] != (here.controls.part, here.controls.step):
        seen.append((here.controls.part, here.controls.step))
        entry, shown = here.entry, views.stage(here, stage)
        assert (entry.card.title if entry else here.part.title) in html.unescape(shown)
        early = [step.name for step in here.steps[here.controls.step :]]
        if entry is not None and "difference" in early[1:]:
            assert entry.card.pitfall not in shown
            assert "wrong_" not in shown
            assert entry.card.sections["Rule"][:40] not in html.unescape(shown)
        assert "Who needs a human next" in views.desk(here, stage)
        here.next()
    assert len(seen) == sum(len(steps.of(part)) for part in chosen.parts)
    for _ in seen[1:]:
        here.back()
    assert (here.controls.part, here.controls.step) == (0, 0)
