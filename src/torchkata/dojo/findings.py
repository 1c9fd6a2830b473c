"""What the doctor found: the dataclass, its JSON, and its line for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal

from rich.text import Text

SCHEMA = "kata-doctor/1"
WORDS = {"ok": ("ok", "green"), "note": ("note", "magenta"), "wrong": ("WRONG", "bold red")}


@dataclass(frozen=True)
class Finding:
    """One line. A `note` is worth knowing; only `wrong` counts against this machine.

    remedy: what to type, or to do, about it
    """

    name: str
    status: Literal["ok", "note", "wrong"]
    text: str
    remedy: str = ""


Look = Callable[[], Iterator[Finding]]


def ails(findings: list[Finding]) -> bool:
    return any(finding.status == "wrong" for finding in findings)


def as_json(findings: list[Finding]) -> str:
    content = {"schema": SCHEMA, "well": not ails(findings), "findings": [asdict(f) for f in findings]}
    return json.dumps(content, ensure_ascii=False)


def line(finding: Finding) -> Text:
    """One line for people, its status as a word."""
    word, style = WORDS[finding.status]
    text = " ".join(finding.text.split())
    remedy = f" -> {finding.remedy}" if finding.remedy else ""
    return Text.assemble((f"{word:<7}", style), f"{finding.name:<11}", text, remedy)


def sum_of(findings: list[Finding]) -> str:
    wrong = sum(finding.status == "wrong" for finding in findings)
    return f"{wrong} to fix." if wrong else "Nothing is wrong."
