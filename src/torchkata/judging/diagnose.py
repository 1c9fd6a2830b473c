"""From what a program did to a verdict. Pure: no process, no file, no torch.

The first that applies counts: limits, exits and tampering; `invalid`; `solved`; `untouched`;
`pitfall`; `wrong_fix`; `failing`.
"""

from __future__ import annotations

import math
import re
import signal
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from torchkata.judging.verdict import Group, Kind, TestResult, sentence
from torchkata.judging.worker import PATIENCE, Limits, Run, TestInfo

# What one failing test observed: the exception's class, its words made stable, and the value.
Observation = Mapping[str, Any]
# A way of failing: every failing test with its observation.
Signature = Mapping[str, Observation]


# Exit statuses of the checking process itself: thrown out of its work, or a copy that the program forked.
OURS = (70, 71)


@dataclass(frozen=True)
class Diagnosis:
    """What `judge` completes to a `Verdict`."""

    verdict: Kind
    tests: list[TestResult]
    message: str = ""
    line: int | None = None
    wrong_fix: str | None = None


def results(run: Run, expected: list[TestInfo]) -> list[TestResult]:
    """Every expected test, with what was reported of it, or that nothing was."""
    said = [r for r in run.reports if r.get("report") == "test"]
    # Who speaks twice counts by the failure.
    reports = {str(r.get("name")): r for r in sorted(said, key=lambda r: r.get("outcome") != "passed")}
    return [_result(info, reports.get(info.name)) for info in expected]


def _result(info: TestInfo, report: dict[str, Any] | None) -> TestResult:
    said = sentence(info.name)
    group: Group = "failure" if info.group == "failure" else "correction"
    if info.skip is not None:
        return TestResult(info.name, said, group, "skipped", info.skip)
    if report is None:
        return TestResult(info.name, said, group, "not run")
    if report.get("outcome") == "passed":
        return TestResult(info.name, said, group, "passed")
    message = str(report.get("message", ""))
    if report.get("function"):
        message += f"\n  (after `{report['function']}` was called)"
    elif "got" not in report:
        message = f"{report.get('class')}: {message}"
    line = report.get("line")
    return TestResult(info.name, said, group, "failed", message, line if isinstance(line, int) else None)


def signature(run: Run) -> dict[str, Observation]:
    """How this run failed, for comparison with how a known wrong fix fails."""
    return {
        str(report["name"]): _observation(report)
        for report in run.reports
        if report.get("report") == "test" and report.get("outcome") != "passed"
    }


def _observation(report: dict[str, Any]) -> Observation:
    seen: dict[str, Any] = {"class": report.get("class")}
    if "got" in report:
        seen |= {key: report.get(key) for key in ("got", "rtol", "atol")}
    else:
        seen["words"] = _stable(str(report.get("message", "")))
    return seen


def _stable(message: str) -> str:
    """The first words of a message, less what differs from one way of writing to another."""
    first = message.strip().partition("\n")[0]
    first = re.sub(r"0x[0-9a-fA-F]+|\S*/\S*|'[^']*'|`[^`]*`|grad_fn=<\w+>|\d+", "#", first)
    return " ".join(first.split()[:4])


def same(left: Signature, right: Signature) -> bool:
    """The same tests fail, with the same exceptions, on the same values within tolerance."""
    if left.keys() != right.keys() or not left:
        return False
    for name, one in left.items():
        other = right[name]
        if one.get("class") != other.get("class") or one.get("words") != other.get("words"):
            return False
        rtol, atol = float(one.get("rtol") or 0), float(one.get("atol") or 0)
        if not _near(one.get("got"), other.get("got"), rtol, atol):
            return False
    return True


def _near(one: Any, other: Any, rtol: float, atol: float) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_near(a, b, rtol, atol) for a, b in zip(one, other))
    if not (isinstance(one, int | float) and isinstance(other, int | float)) or one == other:
        return bool(one == other)
    try:
        if math.isfinite(one) and math.isfinite(other):
            return abs(one - other) <= atol + rtol * abs(other)
        # Two NaN are the same observation here, though they equal nothing in a test.
        return math.isnan(one) and math.isnan(other)
    except OverflowError:  # an int that no float can hold
        return False


def stopped(run: Run, limits: Limits) -> Diagnosis | None:
    """The verdicts that come before any test counts, or None."""
    memory = next((r for r in run.reports if "memory" in (r.get("report"), r.get("outcome"))), None)
    end = next((r for r in run.reports if r.get("report") == "end"), None)
    invalid = next((r for r in run.reports if r.get("report") == "invalid"), None)
    if run.ended == "timeout":
        after = f"still running after {limits.seconds:g} seconds of computing"
        return Diagnosis("timeout", [], f"{after}; stopped there")
    if run.ended == "waiting":
        after = f"still waiting after {PATIENCE * limits.seconds:g} seconds (for sleep, input or a lock?)"
        return Diagnosis("timeout", [], f"{after}; stopped there")
    if run.ended == "slowed":
        after = f"still running after {PATIENCE * limits.seconds:g} seconds by the clock"
        return Diagnosis("timeout", [], f"{after}; stopped there")
    if run.ended == "output_limit":
        return Diagnosis(
            "output_limit",
            [],
            "printed more than a megabyte over all tests (the file runs once for each); stopped there",
        )
    if run.ended == "lost":
        return Diagnosis("crashed", [], "the process that runs the checks was ended during this one")
    if memory is not None:
        gib = limits.memory / 2**30
        words = str(memory.get("message", "")).partition("\n")[0]
        message = f"asked for more than {gib:g} GiB of memory{': ' if words else ''}{words}"
        return Diagnosis("memory", [], message, memory.get("line"))
    if run.status is not None and run.status < 0:
        return Diagnosis("crashed", [], f"ended by signal {-run.status} ({_signal_name(-run.status)})")
    if (end is None and invalid is None) or run.status:
        return Diagnosis(
            "early_exit",
            [],
            f"the program left with exit status {run.status} before its tests were done (os._exit, perhaps?)"
            if run.status not in OURS
            else f"the reports stopped before its tests were done (exit status {run.status})",
        )
    tampered = [name for report in run.reports for name in report.get("tampered", [])]
    if tampered:
        names = ", ".join(str(name) for name in dict.fromkeys(tampered[:5]))
        return Diagnosis("tampered", [], f"the program replaced {names}, which the tests rely on")
    if invalid is not None:
        message = str(invalid.get("message", ""))
        if invalid.get("class") != "Unfit":
            message = f"{invalid.get('class')}: {message}"
        line = invalid.get("line")
        return Diagnosis("invalid", [], message, line if isinstance(line, int) else None)
    return None


def demands_processes(run: Run) -> bool:
    """Whether the program does something that a process can do once, as it is executed for every test."""
    return any(report.get("report") == "once" for report in run.reports)


def judged(tests: list[TestResult], *, untouched: bool) -> Diagnosis:
    """The verdict from the tests alone; `failing` may still turn out to be a known wrong fix."""
    ran = [test for test in tests if test.outcome != "skipped"]
    if not ran:
        reason = tests[0].message if tests else "no tests were collected"
        return Diagnosis("unavailable", tests, reason)
    correction = [test for test in ran if test.group == "correction"]
    failure = [test for test in ran if test.group == "failure"]
    if correction and all(test.outcome == "passed" for test in correction):
        return Diagnosis("solved", tests)
    if untouched:
        return Diagnosis("untouched", tests)
    if failure and all(test.outcome == "passed" for test in failure):
        return Diagnosis("pitfall", tests)
    unheard = [test for test in ran if test.outcome == "not run"]
    if unheard and not any(test.outcome == "failed" for test in ran):
        what = f"nothing was heard of the test «{unheard[0].sentence}»"
        return Diagnosis("failing", tests, f"{what}: the program ended the reports, or had it skipped")
    return Diagnosis("failing", tests)


def compared(found: Diagnosis, run: Run, wanted: Mapping[str, int]) -> Diagnosis:
    """`found`, or `tampered` where a test has passed without all of its comparisons.

    wanted: test → comparisons that it makes with fixed/. Whoever keeps a test from running, from comparing or
    from failing, by whatever means, leaves a lower count.
    """
    made = {str(r.get("name")): r.get("comparisons", 0) for r in run.reports if r.get("report") == "test"}
    for test in found.tests:
        if test.outcome == "passed" and made.get(test.name, 0) < wanted.get(test.name, 0):
            said = f"the test «{test.sentence}» passed without all of its comparisons"
            return replace(found, verdict="tampered", message=f"{said}: the program kept it from making them")
    return found


def comparisons(run: Run) -> dict[str, int]:
    """How many comparisons each test made and found right."""
    return {str(r["name"]): int(r.get("comparisons", 0)) for r in run.reports if r.get("report") == "test"}


def recognised(found: Diagnosis, run: Run, known: Mapping[str, tuple[Signature, str]]) -> Diagnosis:
    """`found`, or `wrong_fix` where the run failed exactly as one of `known` (name → signature, why)."""
    mine = signature(run)
    for name, (theirs, explanation) in known.items():
        if same(mine, theirs):
            return replace(found, verdict="wrong_fix", wrong_fix=name, message=explanation)
    return found


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"
