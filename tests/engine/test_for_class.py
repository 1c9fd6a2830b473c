"""`kata init --for-class`: no answer is in the dojo, checks work all the same, and an update brings none."""

import subprocess
import sys

import pytest

from tests.engine.conftest import CARD, program, write_kata, write_tree
from torchkata.collection import card, content
from torchkata.collection.card import HEADINGS, WITHHELD
from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree
from torchkata.dojo import manifest, setup
from torchkata.dojo.manifest import DojoError
from torchkata.grading import grade
from torchkata.judging.judge import Judge
from torchkata.learner.progress import Progress
from torchkata.show import cards


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    root = tmp_path_factory.mktemp("installed")
    write_tree(root)
    given = write_kata(root, "toy/given")
    given.card.write_text(CARD.replace('kind = "silent"', 'kind = "silent"\ngiven = true'))
    for page in content.PAGES:
        (root / page).write_text(
            "Katas. The causes are in [PITFALLS.md](PITFALLS.md), for those who teach. More.\n"
        )
    return Tree(root)


@pytest.fixture
def dojo(tmp_path, source):
    return Tree(setup.init(tmp_path / "dojo", source, for_class=True).root)


def files(tree):
    return {file.relative_to(tree.root).as_posix() for file in tree.root.rglob("*") if file.is_file()}


def test_fixes_right_variants_evidence_causes_and_quiz_are_left_out(dojo, source):
    there = files(dojo)
    assert {file for file in there if file.startswith("fixed/")} == {"fixed/README.md", "fixed/toy/given.py"}
    assert not [file for file in there if "right_" in file or file in ("evidence.jsonl", "katas/PITFALLS.md")]
    assert {"tests/toy/test_double.py", "tests/toy/double/wrong_triple.py", "broken/toy/double.py"} <= there
    assert "PITFALLS" not in (dojo.root / "katas" / "README.md").read_text()
    full = files(Tree(setup.init(dojo.root.parent / "full", source).root))
    assert {"fixed/toy/double.py", "katas/PITFALLS.md", "tests/toy/double/right_sum.py"} <= full
    assert "fixed/README.md" not in full


def test_a_card_keeps_its_hints_and_none_of_its_answers(dojo):
    (double, _) = Catalogue(dojo).entries
    before = HEADINGS[: HEADINGS.index("Once it is fixed")]
    original = card.read(dojo.kata("toy/double").card).sections
    for heading, text in double.card.sections.items():
        assert (text == WITHHELD) == (heading not in before), heading
    assert original["Hint 3"] == "(a) add more, or (b) multiply?"
    assert double.card.answer == ""


def test_no_word_of_an_answer_of_any_kata_is_left(tmp_path, repository):
    tree = Tree(setup.init(tmp_path / "dojo", repository, for_class=True).root)
    theirs = Catalogue(tree).entries
    assert len(theirs) == len(repository.katas())
    for entry in theirs:
        text = entry.kata.card.read_text(encoding="utf-8")
        answers = card.read(repository.kata(entry.id).card).sections
        for heading in HEADINGS[HEADINGS.index("Once it is fixed") :]:
            assert answers[heading] not in text, f"{entry.id}: {heading}"


def test_checks_tell_the_same_as_elsewhere(dojo):
    entry = Catalogue(dojo)["toy/double"]
    with Judge(dojo, [entry.kata]) as judge:
        said = [
            judge.check(entry, program(body).encode(), entry.kata.copy).verdict
            for body in ("2 * values", "3 * values", "values + 2", "values + 1")
        ]
    assert said == ["solved", "wrong_fix", "failing", "untouched"]


def test_what_comes_with_the_solution_says_where_it_is(dojo):
    entry = Catalogue(dojo)["toy/double"]
    assert "with your teacher" in str(cards.solution(entry, 80))
    assert str(cards.answered(entry, "B")).endswith("with your teacher.")
    told = cards.sections(entry, "Task", "Why", "Rule")
    assert told.count("with your teacher") == 1
    assert "## Task" in told
    assert "## Why" not in told
    for words in (["check", "toy/double"], ["diff", "toy/double", "--anyway"], ["show", "toy/double"]):
        entry.kata.copy.write_text(program("2 * values"))
        done = subprocess.run(
            [sys.executable, "-m", "torchkata", *words], cwd=dojo.root, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    assert Progress(dojo).state(entry.kata) == "solved"


def test_an_update_keeps_it_that_way(dojo, source):
    before = files(dojo)
    setup.update(dojo.root, source)
    assert files(dojo) == before
    (dojo.root / "tests" / "toy" / "test_double.py").unlink()
    changes = setup.update(dojo.root, source)
    assert changes.new == ["tests/toy/test_double.py"]
    assert files(dojo) == before


def test_a_corrupt_manifest_brings_no_answer_in(dojo, source):
    manifest.location(dojo.root).write_text('{"schema": "kata-do')
    before = files(dojo)
    with pytest.raises(DojoError, match="--for-class"):
        setup.update(dojo.root, source)
    assert files(dojo) == before


def test_what_is_handed_in_from_it_is_graded_by_the_whole_katas(dojo, source, tmp_path):
    dojo.kata("toy/double").copy.write_text(program("2 * values"))
    report = grade([dojo.root], tree=source, keep=tmp_path / "keep")
    assert [(result.kata, result.outcome) for result in report.results] == [("toy/double", "solved")]
    assert report.alike() == [("toy/double", ["dojo", "fixed"])]
