"""The escapes that a check does not stop, handed in: none counts as solved before somebody has looked."""

from pathlib import Path

import pytest

from tests.engine.conftest import program
from tests.hostile.conftest import BROKEN, written
from tests.hostile.test_escapes import SOLVES
from torchkata.grading import Grader

BY_HEART = "knows the answers to the tests by heart"
PAGE = Path(__file__).parents[2] / "docs" / "grading.md"
AS_FAR = "is right as far as the tests look"


@pytest.fixture
def graded(arena, afterwards, tmp_path):
    """The result of a program, judged by the arena's own judge."""
    grader = Grader(tree=arena.judge.tree, keep=tmp_path)
    grader._judge = arena.judge

    return lambda text: grader.check("toy/double", text.encode())


@pytest.mark.parametrize("what", SOLVES)
def test_an_escape_is_up_for_review_if_it_looks_solved(graded, what):
    result = graded(written(SOLVES[what], "import", BROKEN))
    assert result.outcome in ("review", "failing")
    assert result.findings


def test_by_heart_is_solved_and_docs_say_so(graded):
    """A table of the tests' inputs is plain code: nothing in its text tells it from a fix."""
    table = "torch.tensor([{1.0: 2.0, 3.0: 6.0}[value] for value in values.tolist()]).double()"
    assert graded(program(table)).outcome == "solved"
    assert BY_HEART in PAGE.read_text(encoding="utf-8")


def test_right_as_far_as_the_tests_look_is_solved_and_docs_say_so(graded):
    """Only another test could tell, and every set of tests ends somewhere."""
    assert graded(program("2 * values if len(values) < 100 else values + 1")).outcome == "solved"
    assert AS_FAR in PAGE.read_text(encoding="utf-8")
