"""The proof of every case, by the verdict that learners get: as of katas, and that its report is true."""

from __future__ import annotations

import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from torchkata.cases import derived, reach, rules
from torchkata.cases.derived import AS_PLANTED
from torchkata.cases.plant import CaseError
from torchkata.cases.project import ENTRY
from torchkata.cases.shelf import Case
from torchkata.collection.catalogue import Catalogue, Entry
from torchkata.judging import diagnose
from torchkata.judging.diagnose import Signature
from torchkata.judging.judge import Judge, Report
from torchkata.judging.verdict import Verdict

RUN = f"import runpy; runpy.run_module({Path(ENTRY).stem!r}, run_name='__main__')"
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?|\bnan\b|\binf\b", re.IGNORECASE)
# Another torch, or another processor, prints another last digit.
RELATIVE = 0.01


@dataclass
class CaseProof:
    """What was proven of one case; `problems` is empty when all of it was.

    tests:   that fail with the plant
    as_before: wrong fixes that fail exactly as the plant does, so that nobody can name them
    numbers: whether the report's were compared with those of the log; else its lines were, and any number did
    seconds: by the clock, from the first run to the last
    used:    of processor time, of all programs that were run for it
    """

    case: str
    number: str
    rights: int = 0
    wrongs: int = 0
    tests: int = 0
    as_before: list[str] = field(default_factory=list)
    numbers: bool = True
    seconds: float = 0.0
    used: float = 0.0
    problems: list[str] = field(default_factory=list)


class Prover:
    """Proves cases with one judge over their tree. What all cases of a project share is done once."""

    def __init__(self, judge: Judge, catalogue: Catalogue, entries: dict[str, Entry]) -> None:
        self.judge, self.catalogue, self.entries = judge, catalogue, entries
        self._lock = threading.Lock()
        self.used_by_healthy = 0.0  # processor seconds
        self._healthy: dict[str, tuple[list[str], list[str]]] = {}
        self._passed: dict[str, list[Report]] = {}
        self._spared: dict[str, dict[bytes, list[Report]]] = {}
        judge.spared = lambda kata, program: self._spared.get(kata.id, {}).get(program, [])
        self._seen: dict[str, dict[str, Signature]] = defaultdict(dict)

    def prove_all(self, cases: Sequence[Case], workers: int) -> Iterator[CaseProof]:
        """One proof after another, in order, `workers` at a time."""
        firsts = {case.project.name: case for case in reversed(cases)}
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(self._begin, firsts.values()))
            self.used_by_healthy = sum(map(self._used, firsts.values()))
            yield from pool.map(self.prove, cases)

    def prove(self, case: Case) -> CaseProof:
        begun, used = time.monotonic(), self._used(case)  # the healthy project's runs are nobody's own
        proof = CaseProof(case.name, case.number, len(case.plant.rights), len(case.plant.wrongs))
        try:
            proof.problems += rules.of_case(case, self.catalogue)
            if case.number in self.entries:
                self._prove(case, self.entries[case.number], proof)
        except CaseError as problem:
            proof.problems.append(str(problem))
        proof.seconds = round(time.monotonic() - begun, 3)
        proof.used = round(self._used(case) - used, 3)
        return proof

    def _used(self, case: Case) -> float:
        return self.judge.used[self.entries[case.number].id] if case.number in self.entries else 0.0

    def about(self, project: str) -> list[str]:
        """What is wrong with a project itself."""
        return self._healthy[project][0]

    def _begin(self, case: Case) -> None:
        """The healthy project, judged and run once; the tests are the same for all of its cases."""
        project = case.project
        problems, printed = list(rules.of_project(project)), list[str]()
        if case.number in self.entries:
            entry = self.entries[case.number]
            text = derived.program(case, project.files)
            verdict, reports = self.judge.trace(entry, text, Path(project.name))
            self._passed[project.name] = [r for r in reports if r.get("outcome") == "passed"]
            where = project.folder / "project.toml"
            if verdict.verdict != "solved":
                problems.append(f"{where}: healthy is {_described(verdict)}, not solved")
            printed = self._printed(entry, text)
            if self._numbers(case) and not said(project.gives, printed):
                problems.append(f"{where}: gives: nothing of it is in what `python {ENTRY}` prints")
        self._healthy[project.name] = problems, printed

    def _spare(self, case: Case, entry: Entry) -> None:
        """A test that the healthy project passes isn't run on a program that differs in no function that it
        calls: the outcome is known. Learners' projects are judged by all tests."""
        found: dict[bytes, list[Report]] = {}
        programs = derived.programs(case)
        for stem, files in derived.texts(case).items():
            differing = reach.changed(case.project.files, files)
            if differing is not None:
                found[programs[stem]] = [
                    report
                    for report in self._passed.get(case.project.name, [])
                    if differing.isdisjoint(report["calls"])
                ]
        self._spared[entry.id] = found

    def _prove(self, case: Case, entry: Entry, proof: CaseProof) -> None:
        self._spare(case, entry)
        self.judge.prepare(entry.kata)  # from here on, each program has been run once
        known = self.judge.known(entry.kata)
        if AS_PLANTED not in known:
            proof.problems.append("the planted project was stopped by a limit")
            return
        planted = self.judge.check_known(entry, _wrong(entry, AS_PLANTED))
        proof.tests = sum(test.outcome == "failed" for test in planted.tests)
        if planted.verdict != "wrong_fix":
            proof.problems.append(f"planted is {_described(planted)}; a test that fails is wanted")
            return
        self._compare(case, known[AS_PLANTED][0], proof)
        for stem, fix in derived.rights(case).items():
            verdict = self.judge.check_known(entry, _wrong(entry, stem))
            if verdict.verdict != "solved":
                proof.problems.append(f"right {fix.name} is {_described(verdict)}, not solved")
        taken = dict[str, str]()
        for stem, fix in derived.wrongs(case).items():
            verdict = self.judge.check_known(entry, _wrong(entry, stem))
            if verdict.verdict != "wrong_fix":
                proof.problems.append(f"wrong {fix.name} is {_described(verdict)}, not recognized")
            elif verdict.wrong_fix == AS_PLANTED:
                proof.as_before.append(fix.name)
            elif verdict.wrong_fix in taken:
                proof.problems.append(f"wrong {fix.name} fails just like {taken[verdict.wrong_fix]}")
            taken[stem] = fix.name
        proof.numbers = self._numbers(case)
        proof.problems += self._about_report(case, entry)

    def _compare(self, case: Case, signature: Signature, proof: CaseProof) -> None:
        """Two plants that fail alike can't be told apart by the tests, nor by whoever fixes one."""
        with self._lock:
            siblings = self._seen[case.project.name]
            for other, theirs in siblings.items():
                if diagnose.same(signature, theirs):
                    proof.problems.append(f"fails just like {other}: they count as one")
            siblings[case.plant.name] = signature

    def _numbers(self, case: Case) -> bool:
        return case.project.prints_its_numbers_on(self.judge.worker.ready.torch)

    def _about_report(self, case: Case, entry: Entry) -> Iterator[str]:
        printed = self._printed(entry, entry.kata.broken.read_bytes())
        healthy = self._healthy[case.project.name][1]
        lines, numbers = rules.log(case.plant.report), self._numbers(case)
        for line in lines:
            if not occurs(line, printed, numbers=numbers):
                yield f"report: `python {ENTRY}` doesn't print {line.strip()!r}"
        if not numbers:
            return
        if lines and all(line in healthy for line in lines):
            yield "report: the healthy project prints the same lines"
        if not said(case.plant.symptom, printed):
            yield "symptom: no number and no message of it is in the log"

    def _printed(self, entry: Entry, program: bytes) -> list[str]:
        text = self.judge.see(entry, program, Path(entry.kata.name), RUN)
        return [line.rstrip() for line in text.splitlines()]


def occurs(line: str, printed: Sequence[str], *, numbers: bool = True) -> bool:
    """Whether a line was printed; its numbers may differ in their last digit, or by a hundredth, or as much
    as they like."""
    return any(line == other or _alike(line, other, numbers=numbers) for other in printed)


def said(text: str, printed: Sequence[str]) -> bool:
    """Whether a number of `text`, or what it quotes between backticks, was printed."""
    whole = "\n".join(printed)
    quoted = re.findall(r"`([^`]+)`", text)
    shown = NUMBER.findall(whole)
    numbers = [number for number in NUMBER.findall(text) if any(_near(number, other) for other in shown)]
    return bool(numbers) or any(quote in whole for quote in quoted) or " ".join(text.split()) in whole


def _alike(line: str, other: str, *, numbers: bool) -> bool:
    if NUMBER.sub("#", line).split() != NUMBER.sub("#", other).split():
        return False
    return not numbers or all(
        _near(one, two) for one, two in zip(NUMBER.findall(line), NUMBER.findall(other))
    )


def _near(one: str, other: str) -> bool:
    if one == other:
        return True
    if "." not in one:  # a count, or a step
        return False
    unit = 10.0 ** -len(one.partition(".")[2].partition("e")[0])
    return abs(float(one) - float(other)) <= max(1.5 * unit, RELATIVE * abs(float(one)))


def _wrong(entry: Entry, stem: str) -> Path:
    return entry.kata.variants / f"{stem}.py"


def _described(verdict: Verdict) -> str:
    first = verdict.first_failed
    if verdict.verdict in ("failing", "wrong_fix") and first is not None:
        return f"red ({first.name}: {first.message})"
    return f"{verdict.verdict} ({verdict.message})" if verdict.message else verdict.verdict
