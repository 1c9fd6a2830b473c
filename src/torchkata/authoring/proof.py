"""The proof of every kata in both directions, by the verdict that learners get."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from torchkata.collection import programs
from torchkata.collection.catalogue import Entry
from torchkata.judging.judge import Judge
from torchkata.judging.verdict import TestResult, Verdict
from torchkata.system.devices import STAND_IN


@dataclass
class Proof:
    """What was proven of one kata; `problems` is empty when all of it was."""

    kata: str
    rights: int
    wrongs: int
    device: str = "cpu"
    failure_tests: int = 0
    correction_tests: int = 0
    unavailable: str = ""
    checks: list[float] = field(default_factory=list)  # seconds that each took
    problems: list[str] = field(default_factory=list)


def prove_all(judge: Judge, entries: Iterable[Entry], workers: int) -> Iterator[Proof]:
    """One proof after another, in order, `workers` at a time."""
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(lambda entry: prove(judge, entry), entries)


def prove(judge: Judge, entry: Entry) -> Proof:
    """Judge every file that belongs to the kata, and copies that nobody should get away with."""
    kata = entry.kata
    proof = Proof(kata.id, len(kata.rights), len(kata.wrongs), judge.device)

    def check(program: bytes, shown: Path) -> Verdict:
        verdict = judge.check(entry, program, shown)
        proof.checks.append(verdict.seconds)
        return verdict

    def demand(verdict: Verdict, wanted: str, what: str) -> None:
        if verdict.verdict != wanted:
            proof.problems.append(f"{what} is {_described(verdict)}, not {wanted}")

    judge.prepare(kata)  # else the first check that is red would take the time of all known wrong fixes
    broken = kata.broken.read_bytes()
    verdict = check(broken, kata.broken)
    if verdict.verdict in ("unavailable", "internal"):
        if verdict.verdict == "unavailable":
            proof.unavailable = verdict.message
        else:
            proof.problems.append(verdict.message)
        return proof
    proof.failure_tests = sum(test.group == "failure" for test in verdict.tests)
    proof.correction_tests = sum(test.group == "correction" for test in verdict.tests)
    # The copy of a kata that is given starts from fixed/, so broken/ is no untouched copy there.
    demand(verdict, "pitfall" if entry.card.given else "untouched", "broken")
    proof.problems += _about_broken(verdict.tests)
    demand(check(broken + b"\n# A remark.\n", kata.broken), "pitfall", "broken with a comment added")
    for right in (kata.fixed, *kata.rights):
        name = "fixed" if right == kata.fixed else right.stem
        verdict = judge.check_known(entry, right)
        proof.checks.append(verdict.seconds)
        demand(verdict, "solved", name)
        proof.problems += [
            f"{name}: the failure test {test.name} passes, so it does not show the failure"
            for test in verdict.tests
            if test.group == "failure" and test.outcome == "passed"
        ]
    for wrong in kata.wrongs:
        verdict = judge.check_known(entry, wrong)
        proof.checks.append(verdict.seconds)
        if judge.device == STAND_IN and verdict.verdict in ("wrong_fix", "pitfall"):
            # Learners are told which wrong fix theirs is on the devices that they train on; there two of them
            # may come to the same, or to what broken/ does.
            continue
        demand(verdict, "wrong_fix", wrong.stem)
        if verdict.verdict == "wrong_fix" and verdict.wrong_fix != wrong.stem:
            proof.problems.append(f"{wrong.stem} fails just like {verdict.wrong_fix}: they count as one")
    for what, program in hollow(kata.broken.read_text(encoding="utf-8")):
        if check(program.encode(), kata.broken).verdict == "solved":
            proof.problems.append(f"a copy whose functions {what} is solved: the tests ask for too little")
    return proof


def _about_broken(tests: list[TestResult]) -> Iterator[str]:
    for test in tests:
        if test.group == "failure" and test.outcome == "failed":
            yield f"the documented failure is gone: {test.name} fails on broken/: {test.message}"
    correction = [test for test in tests if test.group == "correction"]
    if all(test.outcome == "passed" for test in correction):
        yield "broken/ passes every correction test: nothing is wrong with it"
    if all(test.outcome != "passed" for test in correction):
        yield "no correction test passes on broken/: it needs a guard, for what already works"


def _described(verdict: Verdict) -> str:
    """A verdict with the reason that its author needs."""
    name = f"{verdict.verdict} ({verdict.wrong_fix})" if verdict.wrong_fix else verdict.verdict
    if verdict.verdict == "failing" and verdict.first_failed is not None:
        return f"{name} ({verdict.first_failed.name}: {verdict.first_failed.message})"
    return f"{name} ({verdict.message})" if verdict.message and not verdict.wrong_fix else name


def hollow(program: str) -> Iterator[tuple[str, str]]:
    """Copies of a program that do nothing: tests that only watch for exceptions would like them."""
    bodies: dict[str, Callable[[ast.FunctionDef], ast.expr]] = {
        "return None": lambda _: ast.Constant(None),
        "return their first argument": lambda f: (
            ast.Name(f.args.args[0].arg, ast.Load()) if f.args.args else ast.Constant(None)
        ),
    }
    for what, value in bodies.items():
        tree = programs.tree_of(program)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                node.body = [ast.Return(value(node))]
        yield what, ast.unparse(ast.fix_missing_locations(tree))
