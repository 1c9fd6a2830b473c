"""What a check of a case found, in the words of somebody who must not say what was planted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from torchkata.cases.bundle import place
from torchkata.cases.derived import AS_PLANTED, arranged, program, wrongs
from torchkata.cases.shelf import Case
from torchkata.collection.catalogue import Entry
from torchkata.judging.judge import Judge
from torchkata.judging.verdict import Verdict
from torchkata.judging.worker import Cancel

SCHEMA = "kata-case/1"
# Those of `Verdict` that say how a program ended come besides.
HEALTHY, UNTOUCHED, SYMPTOM, WRONG_FIX, CHANGED, ELSEWHERE = (
    "healthy",
    "untouched",
    "symptom",
    "wrong_fix",
    "changed",
    "elsewhere",
)


@dataclass(frozen=True)
class Outcome:
    """kind:     healthy · untouched · symptom, it is left as it was · wrong_fix, a known one · changed, what
                 failed fails otherwise or in part · elsewhere, what worked is broken now; or how the program
                 ended: invalid, timeout, memory, output_limit, early_exit, crashed, tampered, internal
    message:  for people
    sentence: of the test to talk about, with its detail; empty where it would say too much
    file, line: where the program's own exception came from
    still:    of what failed at first, how many tests still fail, and how many there were
    """

    case: str
    kind: str
    message: str = ""
    sentence: str = ""
    detail: str = ""
    file: str = ""
    line: int = 0
    still: tuple[int, int] = (0, 0)
    wrong_fix: str = ""
    output: str = ""
    seconds: float = 0.0

    def to_json(self) -> str:
        return json.dumps({"schema": SCHEMA, **asdict(self)}, ensure_ascii=False)


def check(
    judge: Judge,
    entry: Entry,
    case: Case,
    files: Mapping[str, str],
    shown: Path,
    cancel: Cancel | None = None,
) -> Outcome:
    """The outcome for these files; `entry` is the case's kata in the judge's tree.

    Raises nothing for what the project does.
    """
    if case.is_untouched(files):
        return Outcome(case.number, UNTOUCHED)
    missing = [name for name in case.project.files if name not in files]
    if missing:
        return Outcome(case.number, "invalid", f"{missing[0]} is missing; the project has it")
    verdict = judge.check(entry, program(case, files), shown, cancel)
    at_first = {} if verdict.verdict != "failing" else judge.known(entry.kata).get(AS_PLANTED, ({}, ""))[0]
    return read(verdict, case, files, set(at_first))


def read(verdict: Verdict, case: Case, files: Mapping[str, str], at_first: set[str]) -> Outcome:
    """What a verdict on the bundle says of the case.

    at_first: the tests that the planted project fails
    """
    found = Outcome(case.number, verdict.verdict, output=verdict.output, seconds=verdict.seconds)
    if verdict.verdict == "solved":
        return replace(found, kind=HEALTHY)
    if verdict.verdict == "untouched" or verdict.wrong_fix == AS_PLANTED:
        return replace(found, kind=SYMPTOM, message=case.plant.symptom)
    if verdict.verdict == "wrong_fix" and verdict.wrong_fix is not None:
        fix = wrongs(case)[verdict.wrong_fix]
        return replace(found, kind=WRONG_FIX, message=fix.why, wrong_fix=fix.name)
    if verdict.verdict != "failing":
        return replace(_at(found, case, files, verdict.line), message=verdict.message)
    red = [test for test in verdict.tests if test.outcome in ("failed", "not run")]
    new = [test for test in red if test.name not in at_first]
    test = (new or red)[0]
    return replace(
        _at(found, case, files, test.line),
        kind=ELSEWHERE if new else CHANGED,
        message=verdict.message,
        sentence=test.sentence,
        detail=test.message,
        still=(len(red) - len(new), len(at_first)),
    )


def _at(found: Outcome, case: Case, files: Mapping[str, str], line: int | None) -> Outcome:
    """With the learner's own file and line, where the line of the program is one of theirs."""
    here = place(arranged(case, files), line) if line else None
    return replace(found, file=here[0], line=here[1]) if here else found
