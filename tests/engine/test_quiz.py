"""The quiz: its page is true and answerable, and a sitting asks, tells, counts and remembers."""

import io
import re
import warnings
from collections import Counter
from contextlib import redirect_stdout
from pathlib import Path

import pytest
import torch
from rich.console import Console

from tests.engine.test_docs_of_cards import blocks, unseen
from torchkata.cli import main
from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree
from torchkata.learner.progress import Progress
from torchkata.practice import quiz
from torchkata.testing.restore import restored

REPOSITORY = Tree(Path(__file__).parents[2])
PAGE = quiz.read(REPOSITORY.root / "katas" / "QUIZ.md")


def titled(question):
    return question.name.removeprefix("quiz/")


# The page


@pytest.mark.parametrize("question", PAGE, ids=titled)
def test_what_an_answer_shows_is_what_its_code_prints(question):
    code = ["\n".join(lines) for language, lines in blocks(question.answer) if language == "python"]
    shown = [lines for language, lines in blocks(question.answer) if language == "text"]
    assert len(code) == len(shown)
    for program, wanted in zip(code, shown, strict=True):
        out = io.StringIO()
        with restored(), redirect_stdout(out), warnings.catch_warnings():
            warnings.simplefilter("error")
            exec(compile(program, question.name, "exec"), {"torch": torch})
        assert unseen(wanted, out.getvalue()) is None, out.getvalue()
        assert len(out.getvalue().splitlines()) == len(wanted), "the page shows all of it"


@pytest.mark.parametrize("question", [q for q in PAGE if q.title.startswith("Is this")], ids=titled)
def test_every_false_alarm_is_backed_by_code(question):
    assert "```python" in question.answer
    assert "```text" in question.answer


@pytest.mark.parametrize("question", PAGE, ids=titled)
def test_every_answer_leads_to_katas_that_exist(question):
    assert question.katas
    known = {kata.id for kata in REPOSITORY.katas()}
    assert [kata for kata in question.katas if kata not in known] == []


@pytest.mark.parametrize("question", [q for q in PAGE if q.letter], ids=titled)
def test_every_wrong_option_is_answered(question):
    for letter in {"A", "B", "C", "D"} - {question.letter}:
        assert re.search(rf"[(\s]{letter}: ", question.answer), f"nothing is said about {letter}"
    lengths = [len(option) for option in re.findall(r"^- [A-D]\. (.*)$", question.ask, re.MULTILINE)]
    assert len(lengths) == 4
    assert max(lengths) < 1.6 * min(lengths), "the longest option is often the right one"


def test_the_right_letter_cannot_be_guessed():
    letters = Counter(question.letter for question in PAGE if question.letter)
    assert set(letters) == set("ABCD")
    assert max(letters.values()) <= len(PAGE) / 3


def test_both_documents_questions_are_there():
    assert sum(q.title.startswith("Interview: ") for q in PAGE) == 5
    assert PAGE[0].title == "Which practice best supports policy gradients?"
    assert len({q.name for q in PAGE}) == len(PAGE)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("## One\n\nAsk.\n", "'One' has no answer"),
        ("## One\n\n- A. x\n- B. y\n\n### Answer\n\nC. No.\n", "none of its options"),
    ],
)
def test_a_page_that_cannot_be_asked_is_refused(tmp_path, text, problem):
    page = tmp_path / "QUIZ.md"
    page.write_text(text)
    with pytest.raises(ValueError, match=problem):
        quiz.read(page)


# A sitting

TWO = """\
# Quiz

## Which one?

- A. This.
- B. That.
- C. Both.
- D. None.

### Answer

B. That, because of [toy](toy/double.md).

## Why?

### Answer

Because of [toy](toy/double.md).
"""


@pytest.fixture
def sit(tree, monkeypatch, capsys):
    """Answer with these lines in the miniature tree; what was said."""
    (tree.root / "katas" / "QUIZ.md").write_text(TWO)
    monkeypatch.chdir(tree.root)

    def run(*lines, options=()):
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        with pytest.raises(SystemExit) as left:
            main.main(["quiz", *options])
        assert left.value.code == 0
        return capsys.readouterr().out

    return run


def test_right_and_wrong_are_told_with_the_reason_and_counted(sit):
    said = sit("b", "", "", "y")
    assert "1 of 2" in said
    assert "Right." in said
    assert "That, because of toy." in said
    assert said.rstrip().endswith("2 of 2 right.")
    said = sit("c", "", "", "n")
    assert "No: B." in said
    assert said.rstrip().endswith("0 of 2 right.")


def test_anything_else_is_asked_again_and_one_may_leave(sit):
    said = sit("x", "", "7", "a", "q")
    assert said.count("A, B, C or D") == 4
    assert said.rstrip().endswith("0 of 1 right.")
    assert sit("q").rstrip().endswith("Nothing was asked.")
    assert sit().rstrip().endswith("Nothing was asked.")  # the end of the input


def test_what_was_wrong_comes_before_what_was_right(sit, tree):
    sit("b", "", "", "n")
    said = sit("q")
    assert "Why?" in said
    assert "Which one?" not in said
    events = [(e["kata"], e["right"]) for e in Progress(tree).events()]
    assert events == [("quiz/which-one", True), ("quiz/why", False)]


def test_the_number_of_questions_can_be_chosen(sit):
    assert sit("b", options=["--count", "1"]).rstrip().endswith("1 of 1 right.")


def test_none_at_all_is_a_mistake(tree, monkeypatch, capsys):
    monkeypatch.chdir(tree.root)
    with pytest.raises(SystemExit) as left:
        main.main(["quiz", "--count", "0"])
    assert left.value.code == 2
    assert "--count" in capsys.readouterr().err


def test_predictions_come_once_their_kata_is_solved(sit, tree):
    assert "Some values come out wrong" not in sit("b", "", "", "y")
    progress, kata = Progress(tree), tree.kata("toy/double")
    progress.record(kata, "verdict", verdict="solved")
    (entry,) = Catalogue(tree).entries
    said = sit(entry.card.answer, "q")  # it was never answered, so it comes first
    assert said.startswith("\n1 of 3")
    assert "Some values come out wrong" in said
    assert "Right." in said
    assert "kata watch toy/double" in said


def test_all_predictions_can_be_asked_for(sit):
    assert "1 of 3" in sit("q", options=["--all"])


def test_a_prediction_shows_the_code_and_not_what_it_prints(tree):
    (entry,) = Catalogue(tree).entries
    asked = quiz.prediction(entry)
    assert "```python" in asked.ask
    assert "```text" not in asked.ask.partition("```python")[2]
    assert asked.letter == entry.card.answer


def test_without_a_page_there_are_predictions_alone(tree, capsys):
    questions = quiz.Quiz(Catalogue(tree), Console()).questions(unsolved=True)
    assert [q.name for q in questions] == ["toy/double"]
