"""A report for other programs: JUnit XML and CSV. Its JSON is `Report.to_json`."""

from __future__ import annotations

import csv
import io
import re
from xml.etree import ElementTree

from torchkata.grading.result import UNJUDGED, Report, Result

COLUMNS = ("learner", "kata", "outcome", "verdict", "line", "why", "program", "device", "torch", "seconds")
NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would work out instead of showing it


def as_csv(report: Report) -> str:
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    for result in report.results:
        rows.writerow(_cell(value) for value in _row(result))
    return out.getvalue()


def _row(result: Result) -> list[str]:
    v = result.verdict
    said = [v.device, v.torch, f"{v.seconds:.3f}"] if v is not None else ["", "", ""]
    line = str(result.line or "")
    return [result.learner, result.kata, result.outcome, v.verdict if v is not None else "", line, result.why,
            result.program, *said]  # fmt: skip


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def as_junit(report: Report) -> str:
    """A suite for each learner, a case for each kata. `review` is a failure until it is accepted."""
    suites = ElementTree.Element("testsuites", name="kata grade")
    for learner in report.learners:
        results = [result for result in report.results if result.learner == learner]
        suite = ElementTree.SubElement(
            suites,
            "testsuite",
            name=_plain(learner),
            tests=str(len(results)),
            failures=str(sum(r.outcome in ("failing", "review", "missing") for r in results)),
            errors=str(sum(r.outcome == "internal" for r in results)),
            skipped=str(sum(r.outcome == "skipped" for r in results)),
        )
        for result in results:
            _case(suite, result)
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ElementTree.Element, result: Result) -> None:
    seconds = f"{result.verdict.seconds:.3f}" if result.verdict is not None else "0"
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=_plain(result.learner),
        name=result.kata,
        file=f"{result.kata}.py",
        time=seconds,
    )
    properties = ElementTree.SubElement(case, "properties")
    for name, value in (("outcome", result.kind), ("program", result.program), ("tier", result.tier)):
        ElementTree.SubElement(properties, "property", name=name, value=value)
    if result.outcome == "solved":
        return
    kinds = {"skipped": "skipped", "internal": "error"}
    kind = kinds[result.outcome] if result.outcome in UNJUDGED else "failure"
    said = ElementTree.SubElement(case, kind, message=_plain(result.why), type=result.kind)
    if result.verdict is not None:
        said.text = _plain(result.verdict.output)


def _plain(text: str) -> str:
    """Without the characters that no XML may hold."""
    return NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
