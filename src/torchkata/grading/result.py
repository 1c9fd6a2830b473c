"""What grading one program gave, and all of a run: dataclasses, and their JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from torchkata.grading.constructs import Finding
from torchkata.judging.verdict import TestResult, Verdict

SCHEMA = "kata-grade/1"

Outcome = Literal["solved", "review", "failing", "missing", "skipped", "internal"]
OUTCOMES: tuple[Outcome, ...] = ("solved", "review", "failing", "missing", "skipped", "internal")
UNJUDGED = ("skipped", "internal")  # nobody knows whether these are solved


@dataclass(frozen=True)
class Result:
    """One kata of one learner.

    program:  digest of the text; empty for what is missing
    verdict:  what the judge said; None for what it never saw
    findings: what a person should look at before it counts as solved
    normal:   digest of the program whatever its names are, to find what is alike
    tier:     in words, what stood between the program and the grader
    """

    learner: str
    kata: str
    outcome: Outcome
    program: str = ""
    message: str = ""
    verdict: Verdict | None = None
    findings: tuple[Finding, ...] = ()
    normal: str = ""
    tier: str = ""

    @property
    def kind(self) -> str:
        """The outcome, and the judge's own word where it says more."""
        said = self.verdict.verdict if self.verdict is not None else self.outcome
        return f"failing: {said}" if self.outcome == "failing" != said else self.outcome

    @property
    def line(self) -> int | None:
        """The line of the program to look at."""
        if self.findings and self.outcome == "review":
            return self.findings[0].line
        if self.verdict is None:
            return None
        failed = self.verdict.first_failed
        return self.verdict.line or (failed.line if failed is not None else None)

    @property
    def why(self) -> str:
        """One line for people; empty for what is solved."""
        if self.outcome == "review":
            return "; ".join(f"line {finding.line}: {finding.what}" for finding in self.findings)
        said = self.message
        if not said and self.verdict is not None and self.outcome != "solved":
            failed = self.verdict.first_failed
            said = self.verdict.message or (failed.message or failed.sentence if failed is not None else "")
        return next(iter(said.strip().splitlines()), "")


@dataclass(frozen=True)
class Report:
    """All results of one run or of several shards, by learner and kata.

    katas:    those that were asked for
    strays:   learner → Python file that is named after no kata → the id that is most like it
    known:    kata → digest of a program whatever its names are → fixed or right_*
    shard:    which part of the whole this is, and of how many
    """

    results: list[Result]
    katas: list[str]
    learners: list[str]
    device: str
    strays: dict[str, dict[str, str]] = field(default_factory=dict)
    known: dict[str, dict[str, str]] = field(default_factory=dict)
    shard: tuple[int, int] = (1, 1)

    def count(self, outcome: Outcome) -> int:
        return sum(result.outcome == outcome for result in self.results)

    @property
    def status(self) -> int:
        """0 if all is solved, 1 if something is not, 3 if something could not be judged."""
        outcomes = {result.outcome for result in self.results}
        if outcomes & set(UNJUDGED):
            return 3
        return 0 if outcomes == {"solved"} else 1

    def accepting(self, digests: Sequence[str]) -> Report:
        """Where a person has looked at these programs: what was up for review there is solved."""

        def looked_at(result: Result) -> Result:
            fine = result.outcome == "review" and is_among(result.program, digests)
            return replace(result, outcome="solved") if fine else result

        return replace(self, results=[looked_at(result) for result in self.results])

    def alike(self) -> list[tuple[str, list[str]]]:
        """Kata → learners whose program is the same but for its names, and the kata's own file that is
        the same as well. A group has two members at least, one of them a learner."""
        groups: dict[tuple[str, str], list[str]] = {}
        for result in self.results:
            if result.normal and result.outcome in ("solved", "review"):
                groups.setdefault((result.kata, result.normal), []).append(result.learner)
        found = []
        for (kata, normal), learners in sorted(groups.items()):
            own = self.known.get(kata, {}).get(normal)
            if len(learners) > 1 or own:
                found.append((kata, [*learners, *([own] if own else [])]))
        return sorted(found)

    def to_json(self) -> str:
        """Deterministic but for times: the same programs give the same text, in one run or in shards."""
        data = {"schema": SCHEMA, **asdict(self), "alike": [[kata, *group] for kata, group in self.alike()]}
        return json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Report:
        """Raises ValueError for what is no report."""
        try:
            data: dict[str, Any] = json.loads(text)
            if data.pop("schema") != SCHEMA:
                raise ValueError(f"no {SCHEMA} file")
            del data["alike"]
            data["results"] = [_result(row) for row in data["results"]]
            data["shard"] = tuple(data["shard"])
            return cls(**data)
        except (KeyError, TypeError, AttributeError) as problem:
            raise ValueError(f"no {SCHEMA} file: {problem}") from None


def is_among(program: str, digests: Iterable[str]) -> bool:
    """Whether a program's digest, or its beginning, is one of `digests`."""
    return any(digest and program.startswith(digest) for digest in digests)


def verdict_from(data: dict[str, Any]) -> Verdict:
    return Verdict(**data | {"tests": [TestResult(**test) for test in data["tests"]]})


def _result(row: dict[str, Any]) -> Result:
    verdict = verdict_from(row["verdict"]) if row["verdict"] is not None else None
    found = tuple(Finding(**finding) for finding in row["findings"])
    return Result(**row | {"verdict": verdict, "findings": found})


def merged(reports: Iterable[Report]) -> Report:
    """The whole that shards are parts of. Raises ValueError if one is missing, twice or of something else."""
    parts = sorted(reports, key=lambda report: report.shard)
    if not parts:
        raise ValueError("there is nothing to merge")
    first = parts[0]
    count = first.shard[1]
    for part in parts:
        same = (part.katas, part.learners, part.device, part.known, part.shard[1])
        if same != (first.katas, first.learners, first.device, first.known, count):
            raise ValueError(f"shard {part.shard[0]} is of another run: its katas, learners or device differ")
    if [part.shard[0] for part in parts] != list(range(1, count + 1)):
        there = ", ".join(str(part.shard[0]) for part in parts)
        raise ValueError(f"there should be shards 1 to {count}, each once; there are {there}")
    results = sorted((r for part in parts for r in part.results), key=lambda r: (r.learner, r.kata))
    return Report(results, first.katas, first.learners, first.device, first.strays, first.known)
