"""The escapes that a check does not stop, handed in: none counts as solved before somebody has looked."""

from pathlib import Path

import pytest

from tests.engine.conftest import program
from tests.hostile.conftest import BROKEN, written
from tests.hostile.test_escapes import SOLVES
from torchkata.grading import Grader

BY_HEART = "knows the answers to the tests by heart"


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
    page = Path(__file__).parents[2] / "docs" / "grading.md"
    assert BY_HEART in page.read_text(encoding="utf-8")
