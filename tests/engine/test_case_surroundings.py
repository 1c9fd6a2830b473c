"""Case files elsewhere: in a dojo, in the loop's list, and in a plain run of pytest."""

import io
import re
import shutil
import subprocess
import sys
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from rich.console import Console

from tests.engine.conftest import write_case_project
from torchkata.cases import derived
from torchkata.cases.desk import Desk
from torchkata.cases.shelf import Shelf
from torchkata.cases.work import Work
from torchkata.cli.main import main
from torchkata.collection import content
from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree
from torchkata.dojo import setup
from torchkata.learner import keys, menu
from torchkata.learner.keyboard import Keyboard

PARTS = {
    "cases/mini/project.toml",
    "cases/mini/project/model.py",
    "cases/mini/project/train.py",
    "cases/mini/plants/dropout_left_on.toml",
    "cases/mini/plants/mean_of_means.toml",
    "cases/mini/plants/stale_gradients.toml",
    "tests/cases/test_mini.py",
}


# In a dojo


def test_an_installation_carries_the_cases_and_nothing_beside_them(case_tree):
    (case_tree.cases / "mini/project/__pycache__").mkdir()
    (case_tree.cases / "mini/project/__pycache__/train.cpython-311.pyc").write_bytes(b"")
    (case_tree.cases / "mini/notes.txt").write_text("mine")
    names = {file.relative_to(case_tree.root).as_posix() for file in content.files(case_tree)}
    assert {name for name in names if "cases" in name} == PARTS


def test_a_dojo_has_the_cases_of_its_installation(case_tree, tmp_path):
    setup.init(tmp_path / "mine", case_tree)
    assert [case.number for case in Shelf(Tree(tmp_path / "mine")).cases] == [
        case.number for case in Shelf(case_tree).cases
    ]
    ignored = (tmp_path / "mine/.gitignore").read_text().splitlines()
    assert "/cases-work/" in ignored


def test_a_new_dojo_says_in_a_line_that_it_has_cases(case_tree, tmp_path):
    (said,) = [line for line in setup.welcome(setup.init(tmp_path / "mine", case_tree)) if "case" in line]
    assert said == "And case files, whole projects with one bug to find: kata case"
    assert "case" not in " ".join(
        setup.welcome(setup.init(tmp_path / "class", case_tree, for_class=True))[:1]
    )


def test_a_dojo_for_a_class_has_none(case_tree, tmp_path):
    setup.init(tmp_path / "class", case_tree, for_class=True)
    assert not (tmp_path / "class/cases").exists()
    assert not (tmp_path / "class/tests/cases").exists()


def test_an_update_brings_cases_without_naming_a_plant(case_tree, tmp_path):
    setup.init(tmp_path / "mine", case_tree)
    write_case_project(case_tree.root, "other")
    file = case_tree.cases / "mini/plants/mean_of_means.toml"
    file.write_text(file.read_text() + "\n# More.\n")
    said = "\n".join(setup.summary(setup.update(tmp_path / "mine", case_tree)))
    assert "cases/other" in said
    assert "cases/mini" in said
    assert not any(case.plant.name in said for case in Shelf(case_tree).cases)
    assert len(Shelf(Tree(tmp_path / "mine")).cases) == 6


def test_no_program_under_check_has_to_read_a_plant(case_tree):
    assert case_tree.cases in case_tree.hidden


def test_no_case_of_the_repository_can_be_told_from_what_a_learner_gets(repository, tmp_path):
    """One tree without a history to compare with, and nothing in it, or in the caches, names the plant."""
    here = Tree(tmp_path)
    for case in Shelf(repository).cases:
        for surprise in (False, True):
            work = Work(here, case)
            assert work.give(surprise=surprise)
            given = {file.name: file.read_text(encoding="utf-8") for file in work.folder.iterdir()}
            assert given == case.planted
            assert len({file.stat().st_mtime_ns for file in work.folder.iterdir()}) == 1
            shutil.rmtree(work.folder)
        derived.put(here, case)
    files = [file for file in here.private.rglob("*") if file.is_file()]
    texts = [file.read_text(encoding="utf-8") for file in files]
    for case in Shelf(repository).cases:
        for name in (
            case.plant.name,
            case.plant.kata,
            case.plant.truth,
            *(fix.why for fix in case.plant.wrongs),
        ):
            assert not any(name in str(file.relative_to(here.root)) for file in files), case.name
            assert not any(name in text for text in [*texts, *case.planted.values()]), (case.name, name)


def test_no_two_cases_of_the_repository_share_a_number(repository):
    numbers = [case.number for case in Shelf(repository).cases]
    assert len(set(numbers)) == len(numbers)


# In the loop


@pytest.fixture
def typed(case_tree):
    """The loop's list, in which somebody types this."""

    def choose(*lines):
        waiting = iter(lines)
        console = Console(width=100, file=io.StringIO())
        entries = Catalogue(case_tree).entries
        said = []
        loop = SimpleNamespace(
            inbox=SimpleNamespace(
                keys=SimpleNamespace(whole_lines=nullcontext), line=lambda *_: next(waiting)
            ),
            catalogue=SimpleNamespace(entries=entries),
            progress=SimpleNamespace(states=dict),
            console=console,
            say=said.append,
            say_waiting=lambda: said.append(keys.WAITING),
            open=lambda entry: said.append(entry.id),
            case=lambda: "a case",
        )
        Keyboard(loop).choose()
        return said

    return choose


def test_c_in_the_list_gives_a_case(typed):
    assert typed("c") == ["a case"]
    assert typed("cas", "1") == ["toy/double"]
    assert typed("") == [keys.WAITING]
    assert "c gives a case" in menu.PROMPT


def test_the_loop_gets_the_open_case_or_a_new_one(case_tree, monkeypatch):
    from torchkata.cli import case

    monkeypatch.chdir(case_tree.root)
    console = Console(width=100, file=None, record=True, quiet=False)
    for _ in range(2):
        with console.capture() as shown:
            console.print(case.given())
        assert "Case mini-" in shown.get()
    assert len(list((case_tree.root / "cases-work").iterdir())) == 1
    assert Desk(case_tree).current() is not None


def test_without_cases_the_loop_says_so(tree, monkeypatch):
    from torchkata.cli import case

    monkeypatch.chdir(tree.root)
    assert "newer katas bring some" in case.given()


# In pytest


def run_pytest(root, *args):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *args],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_pytest_runs_the_tests_of_healthy_projects(case_tree):
    other = write_case_project(case_tree.root, "other")
    model = other / "project/model.py"
    model.write_text(model.read_text().replace("Linear(2, 1", "Linear(3, 1"))
    later = "import sys\n\n\ndef test_all_is_gone():\n    assert not {'model', 'train'} & {*sys.modules}\n"
    (case_tree.root / "tests/test_later.py").write_text(later)
    status, said = run_pytest(case_tree.root, "tests/cases", "tests/test_later.py")
    assert status == 1, said
    assert "4 failed, 5 passed" in said  # each project has its own module `model`
    assert "tests/cases/test_mini.py" not in said


def test_submissions_are_not_judged_by_the_tests_of_projects(case_tree):
    kata = case_tree.kata("toy/double")
    kata.copy.write_bytes(kata.fixed.read_bytes())
    status, said = run_pytest(case_tree.root, "--solutions", "katas")
    assert status == 0, said
    assert "3 passed, 5 deselected" in said


def test_the_help_names_the_projects_that_there_are(repository, capsys):
    with pytest.raises(SystemExit):
        main(["case", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    named = re.search(r"a new case of this project: (.*?) --level", said)[1]
    there = sorted(folder.name for folder in (repository.root / "cases").iterdir() if folder.is_dir())
    assert re.findall(r"\w+", named.replace(" or ", " ")) == there
