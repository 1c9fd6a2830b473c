"""Questions, one at a time: those of katas/QUIZ.md, mixed with the predictions of solved katas."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torchkata.collection.catalogue import Entry
from torchkata.practice.dialog import Dialog
from torchkata.show.code import markdown

LETTERS = ("a", "b", "c", "d")


@dataclass(frozen=True)
class Question:
    """One question. `letter` is the right option, or empty where one answers in one's own words."""

    name: str
    title: str
    ask: str
    answer: str
    letter: str
    katas: tuple[str, ...]


def read(page: Path) -> list[Question]:
    """The questions of a page: a `## ` heading each, and behind `### Answer` the answer.

    Options are list items `- A. ...`; then the answer begins with the right letter and a full stop.
    Links to `TRACK/NAME.md` in the answer are the katas to try. Raises ValueError for a question
    without an answer, or whose letter is none of its options.
    """
    found = []
    for section in re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        title, _, body = section.partition("\n")
        ask, heading, answer = body.partition("\n### Answer\n")
        if not heading:
            raise ValueError(f"{page}: the question {title!r} has no answer")
        options = re.findall(r"^- ([A-D])\. ", ask, flags=re.MULTILINE)
        letter = answer.strip()[:1] if options else ""
        if options and letter not in options:
            raise ValueError(f"{page}: the answer to {title!r} begins with none of its options")
        name = "quiz/" + "-".join(re.findall(r"[a-z0-9]+", title.lower()))
        katas = tuple(re.findall(r"\]\((\w+/\w+)\.md\)", answer))
        found.append(Question(name, title, ask.strip(), answer.strip(), letter, katas))
    return found


def prediction(entry: Entry) -> Question:
    """What a card asks under Predict, with as much of the card as one needs to answer it."""
    sections = entry.card.sections
    ask = f"{sections['Symptom']}\n\n{_code(sections['See it'])}\n\n{sections['Predict']}"
    return Question(
        entry.id, entry.card.title, ask.strip(), sections["Why"].strip(), entry.card.answer, (entry.id,)
    )


def _code(section: str) -> str:
    """The block of Python, without what it prints: that would often be the answer."""
    found = re.search(r"^```python\n.*?^```", section, flags=re.MULTILINE | re.DOTALL)
    return found[0] if found else ""


def order(
    page: Sequence[Question], predictions: Sequence[Question], events: Iterator[dict[str, Any]]
) -> list[Question]:
    """First what was never answered, then what was answered wrong last time, then the rest; mixed."""
    right = {event["kata"]: bool(event.get("right")) for event in events if event["event"] == "quiz"}
    pairs = itertools.zip_longest(page, predictions)
    mixed = [question for pair in pairs for question in pair if question is not None]
    return sorted(mixed, key=lambda q: 0 if q.name not in right else 1 + right[q.name])


class Quiz(Dialog):
    """One sitting."""

    def run(self, count: int, *, unsolved: bool = False) -> int:
        """Ask up to `count` questions, say the score; 0, however many were right."""
        questions = self.questions(unsolved=unsolved)[:count]
        asked = right = 0
        for number, question in enumerate(questions, start=1):
            known = self.put(question, f"{number} of {len(questions)}")
            if known is None:
                break
            self.progress.record(question.name, "quiz", right=known)
            asked, right = asked + 1, right + known
            if number < len(questions) and self.read("\nEnter goes on (q leaves): ") in ("q", None):
                break
        self.say(f"\n{right} of {asked} right." if asked else "\nNothing was asked.")
        return 0

    def questions(self, *, unsolved: bool) -> list[Question]:
        page = self.catalogue.tree.root / "katas" / "QUIZ.md"
        states = self.progress.states()
        predictions = [
            prediction(entry)
            for entry in self.catalogue.entries
            if unsolved or states.get(entry.id) == "solved"
        ]
        return order(read(page) if page.is_file() else [], predictions, self.progress.events())

    def put(self, question: Question, place: str) -> bool | None:
        """Whether it was known; None to leave."""
        self.say(f"\n{place}")
        self.console.print(markdown(f"## {question.title}\n\n{question.ask}"))
        self.say("")
        return self.choose(question) if question.letter else self.compare(question)

    def choose(self, question: Question) -> bool | None:
        while (typed := self.read("A, B, C or D (q leaves): ")) not in LETTERS:
            if typed in ("q", None):
                return None
        known = typed == question.letter.lower()
        self.say("Right.\n" if known else f"No: {question.letter}.\n")
        self.show(question)
        return known

    def compare(self, question: Question) -> bool | None:
        """Nobody but oneself can judge an answer in one's own words."""
        if self.read("Think, then Enter shows an answer (q leaves): ") in ("q", None):
            return None
        self.show(question)
        while (typed := self.read("Was that yours? y/n (q leaves): ")) not in ("y", "n"):
            if typed in ("q", None):
                return None
        return typed == "y"

    def show(self, question: Question) -> None:
        self.console.print(markdown(question.answer))
        self.say(f"To open it: kata watch {question.katas[0]}")
