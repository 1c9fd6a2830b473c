"""What GitHub Actions shows of a report: annotations at the learner's line, and a summary of the step.

A submission's words get into both, so they must not become commands of the runner, or markup.
"""

from __future__ import annotations

import html
import os
from pathlib import Path

from torchkata.grading.result import OUTCOMES, Report, Result
from torchkata.grading.submission import as_text

LEVELS = {"solved": "", "skipped": "notice", "internal": "warning", "review": "warning"}
SHOWN = 50  # annotations of one step; GitHub shows fewer


def active() -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true"


def commands(report: Report, folders: dict[str, Path]) -> list[str]:
    """A command of the runner for each thing that is not solved; `folders` leads from learner to files."""
    found = [_annotation(result, folders) for result in report.results if result.outcome != "solved"]
    return found[:SHOWN]


def _annotation(result: Result, folders: dict[str, Path]) -> str:
    level = LEVELS.get(result.outcome, "error")
    place = {"file": as_text(str(folders.get(result.learner, Path()) / f"{result.kata}.py"))}
    if result.line:
        place["line"] = str(result.line)
    place["title"] = f"{result.kata}: {result.kind}"
    values = ",".join(f"{name}={_escaped(value, property_=True)}" for name, value in place.items())
    return f"::{level} {values}::{_escaped(result.why)}"


def _escaped(text: str, *, property_: bool = False) -> str:
    for sign in "%\r\n" + (":," if property_ else ""):
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


def harmless(line: str) -> str:
    """A line of ours with a submission's words in it, so that the runner takes none of it for a command."""
    return line.replace("::", ":\u200b:").replace("##[", "#\u200b#[")


def summary(report: Report) -> str:
    """A table in Markdown of what isn't solved, below how much is."""
    counts = ", ".join(f"{report.count(outcome)} {outcome}" for outcome in OUTCOMES if report.count(outcome))
    rows = [
        f"| {_cell(result.learner)} | {result.kata} | {result.kind} | {_cell(result.why)} |"
        for result in report.results
        if result.outcome != "solved"
    ]
    table = ["", "| learner | kata | outcome | why |", "| --- | --- | --- | --- |", *rows] if rows else []
    return "\n".join([f"### kata grade: {counts}", *table]) + "\n"


def write_summary(report: Report) -> None:
    """To the file that the runner names, if it does."""
    if file := os.environ.get("GITHUB_STEP_SUMMARY"):
        with open(file, "a", encoding="utf-8") as stream:
            stream.write(summary(report))


def _cell(text: str) -> str:
    """As text alone: no markup, no link, no bar that ends the cell."""
    text = html.escape(" ".join(text.split()))
    return "".join(f"&#{ord(c)};" if c in "|`*_[]()!@#~\\:" else c for c in text)
