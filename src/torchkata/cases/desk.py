"""The way through one case: given, diagnosed, checked, found or given up. Everything is written down."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from torchkata.cases import choice, derived, diagnosis, outcome
from torchkata.cases.outcome import HEALTHY, UNTOUCHED, Outcome
from torchkata.cases.record import BUDGET, DIAGNOSED, FOUND, GAVE_UP, GIVEN, LOOKED, OPENED, Record, Records
from torchkata.cases.shelf import Case, NoCase, Shelf
from torchkata.cases.work import Work
from torchkata.collection.catalogue import Entry
from torchkata.collection.layout import Tree
from torchkata.finding.finder import NoSearch
from torchkata.judging.judge import Judge
from torchkata.judging.worker import Limits
from torchkata.learner.progress import Progress
from torchkata.system.paths import shown

NO_CASES = "there are no cases here; newer katas bring some: kata update"
FREE = ("internal", "invalid")  # outcomes that say nothing of the case, and so aren't counted


class Undiagnosed(Exception):
    """The project has changed before anybody has said what they think it is."""


class Desk:
    """A learner at the cases of one tree.

    judge: of the derived tree, from whoever has a warm one; else each check starts its own
    """

    def __init__(self, tree: Tree, judge: Judge | None = None) -> None:
        self.tree, self.judge = tree, judge
        self.shelf = Shelf(tree)
        self.progress = Progress(tree)
        self.records = Records(self.progress)

    def current(self) -> Case | None:
        """The open case that was given last. Raises `CaseError`."""
        by_number = {case.number: case for case in self.shelf.cases}
        for number, record in reversed(self.records.all().items()):
            if not record.ended and number in by_number:
                return by_number[number]
        return None

    def case(self, name: str | None) -> Case:
        """The one that is named, or else the open one. Raises `NoCase` and `CaseError`."""
        if name:
            return self.shelf.numbered(name)
        found = self.current()
        if found is None:
            raise NoCase("no case is open; one to work on: kata case")
        return found

    def next(self, *, project: str | None = None, level: int | None = None) -> Case:
        """The case to give now. Raises `NoCase` and `CaseError`."""
        events = list(self.progress.events())
        solved = choice.solved_at(events)
        records = self.records.all()
        cases = self.shelf.cases
        if not cases:
            raise NoCase(NO_CASES)
        found = choice.choose(cases, records, solved, time.time(), project=project, level=level)
        if found is None:
            raise NoCase("no other case is left here; one that you had, anew: kata case reset --case NUMBER")
        return found

    def give(self, case: Case, *, surprise: bool = False) -> None:
        """Put its project into the learner's folder, and make it the open one; work that is there stays."""
        Work(self.tree, case).give(surprise=surprise)
        records = self.records.all()
        if case.number not in records:
            self.records.write(case, GIVEN, surprise=surprise)
        elif case.number != list(records)[-1]:
            self.records.write(case, OPENED)

    def diagnose(self, case: Case, words: str) -> None:
        """The first one counts; "" is none, said on purpose."""
        self.records.write(case, DIAGNOSED, words=" ".join(words.split()))

    def check(self, case: Case, seconds: float = 10.0, told: Callable[[], None] = lambda: None) -> Outcome:
        """One check of the learner's files; of what was checked before, it's free.

        told: called before a check that takes its time
        Raises `Undiagnosed` for a project that has changed too soon, and `CaseError`.
        """
        work, record = Work(self.tree, case), self.records.of(case)
        files = derived.arranged(case, work.files())
        if case.is_untouched(files):
            return Outcome(case.number, UNTOUCHED)
        if record.diagnosis is None and not record.ended:
            raise Undiagnosed
        told()
        entry = derived.put(self.tree, case)
        with self._judge(entry, Limits(seconds)) as judge:
            found = outcome.check(judge, entry, case, files, shown(work.folder))
        seen = digest(files)
        if not record.ended and seen not in record.seen and found.kind not in FREE:
            self.records.write(case, LOOKED, digest=seen, outcome=found.kind)
        if found.kind == HEALTHY and not record.ended:
            self.records.write(case, FOUND, right=self.is_right(case))
        return found

    def _judge(self, entry: Entry, limits: Limits) -> AbstractContextManager[Judge]:
        if self.judge is not None:
            return nullcontext(self.judge)
        tree = derived.derived(self.tree)
        return Judge(tree, [entry.kata], limits=limits, ahead=False, hidden=self.tree.hidden)

    def give_up(self, case: Case) -> None:
        if not self.records.of(case).ended:
            self.records.write(case, GAVE_UP, right=self.is_right(case))

    def is_right(self, case: Case) -> bool | None:
        """Whether the first diagnosis was right; None where this Python can't tell."""
        words = self.records.of(case).diagnosis
        try:
            return bool(words) and diagnosis.is_right(words or "", case)
        except NoSearch:  # the case ends all the same
            return None

    def reset(self, case: Case) -> Path | None:
        """The project as it was given; where the other one is kept. A case that has ended is open again."""
        work, record = Work(self.tree, case), self.records.of(case)
        kept = work.put_away()
        work.give(surprise=record.surprise)
        if record.ended or case.number not in self.records.all():
            self.records.write(case, GIVEN, surprise=record.surprise)
        return kept


def left(case: Case, record: Record) -> int:
    """Looks that are left of the budget; below 0 for those beyond it."""
    return BUDGET[case.plant.level] - record.looks


def digest(files: dict[str, str]) -> str:
    """Of what is checked, so that the same project counts once."""
    text = "\0".join(f"{name}\0{content}" for name, content in sorted(files.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
