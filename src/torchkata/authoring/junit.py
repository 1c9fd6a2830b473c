"""What pytest's JUnit files say of the katas, and whether it is all that was expected."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from torchkata.collection.catalogue import Entry
from torchkata.system import devices


@dataclass(frozen=True)
class Case:
    """One test of one kata on one device.

    outcome: "passed", "failed" or "skipped"; `said` is the failure's first line, or the reason of the skip
    program: where the judged file lies in the tree, and `line` the line in it; "" and 0 where not known
    """

    kata: str
    pitfall: str
    device: str
    verdict: str
    name: str
    outcome: str
    said: str = ""
    program: str = ""
    line: int = 0


def read(files: Iterable[Path]) -> list[Case]:
    """The tests of katas in all `files`. Raises ValueError for one that is missing or cut off: whoever wrote
    it didn't get to its end."""
    cases = []
    for file in files:
        try:
            root = ElementTree.parse(file).getroot()
        except (OSError, ElementTree.ParseError) as problem:
            raise ValueError(
                f"{file} is no whole JUnit file ({problem}): the run that writes it has died"
            ) from None
        cases += [case for element in root.iter("testcase") if (case := _case(element)) is not None]
    return cases


def _case(element: ElementTree.Element) -> Case | None:
    said = {each.get("name", ""): each.get("value", "") for each in element.iter("property")}
    if "kata" not in said:
        return None  # a test of the engine
    outcome, words = "passed", ""
    for tag, name in (("skipped", "skipped"), ("failure", "failed"), ("error", "failed")):
        for child in element.iter(tag):
            outcome, words = name, (child.get("message") or child.text or "").partition("\n")[0]
    return Case(
        kata=said["kata"],
        pitfall=said.get("pitfall", ""),
        device=said.get("device", ""),
        verdict=said.get("verdict", ""),
        name=element.get("name", ""),
        outcome=outcome,
        said=words,
        program=said.get("program", ""),
        line=int(said.get("line") or 0),
    )


def excused(entry: Entry, device: str) -> str:
    """Why this kata can't be expected on `device`, or ""."""
    for need in entry.card.needs:
        if need in devices.KNOWN and need != device:
            return f"needs {need}"
    return entry.card.no_stand_in if device == devices.STAND_IN else ""


def missing(cases: Iterable[Case], entries: Iterable[Entry], device: str) -> list[str]:
    """One line for each kata that should have passed on `device` and hasn't."""
    by_kata: dict[str, list[Case]] = {}
    for case in cases:
        if case.device == device:
            by_kata.setdefault(case.kata, []).append(case)
    found = []
    for entry in entries:
        mine = by_kata.get(entry.id, [])
        failed = sum(case.outcome == "failed" for case in mine)
        kinds = {case.verdict for case in mine if case.outcome == "passed"}
        if failed:
            found.append(f"{entry.id}: {failed} of {len(mine)} tests failed on {device}")
        elif excused(entry, device):
            continue
        elif not mine:
            found.append(f"{entry.id}: no test ran on {device}")
        elif not {"correct", "pitfall"} <= kinds:
            lacking = " and ".join(sorted({"correct", "pitfall"} - kinds))
            reasons = sorted({case.said for case in mine if case.outcome == "skipped"})
            found.append(f"{entry.id}: no test passed on {device} that shows {lacking}: {'; '.join(reasons)}")
    return found


def has_no_stand_in(cases: Iterable[Case]) -> str:
    """Why nothing at all could run on the stand-in, or ""."""
    here = [case for case in cases if case.device == devices.STAND_IN]
    lacking = [
        case.said for case in here if case.outcome == "skipped" and devices.LACKS_STAND_IN in case.said
    ]
    return lacking[0] if here and len(lacking) == len(here) else ""


def differences(cases: Iterable[Case]) -> list[str]:
    """The tests that came out otherwise on one device than on the first that they ran on."""
    by_test: dict[tuple[str, str], dict[str, str]] = {}
    for case in cases:
        # The device is one of the parameters in brackets, wherever it stands.
        name = re.sub(rf"(?<=[\[-]){case.device}(?=[]-])", "*", case.name)
        by_test.setdefault((case.kata, name), {})[case.device] = case.outcome
    return [
        f"{kata}: {name}: {', '.join(f'{outcome} on {device}' for device, outcome in seen.items())}"
        for (kata, name), seen in by_test.items()
        if len(set(seen.values())) > 1
    ]


# For GitHub


def workflow_commands(cases: Iterable[Case]) -> list[str]:
    """A workflow command for each failure, at the line of the program that it leads to."""
    lines = []
    for case in cases:
        if case.outcome == "failed":
            place = f"file={_escaped(case.program)}," if case.program else ""
            place += f"line={case.line}," if case.line else ""
            title = _escaped(f"{case.kata} on {case.device}: {case.verdict}")
            lines.append(f"::error {place}title={title}::{_escaped(f'{case.name}: {case.said}', text=True)}")
    return lines


def _escaped(words: str, *, text: bool = False) -> str:
    for sign, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        words = words.replace(sign, code)
    return words if text else words.replace(":", "%3A").replace(",", "%2C")


def summary(cases: list[Case], problems: list[str]) -> str:
    """In Markdown: what ran where, and what is wrong."""
    lines = ["| device | katas | tests passed | failed | not run |", "| --- | --: | --: | --: | --: |"]
    for device in dict.fromkeys(case.device for case in cases):
        here = [case for case in cases if case.device == device]
        katas = {case.kata for case in here if case.outcome == "passed"}
        counts = [
            sum(case.outcome == outcome for case in here) for outcome in ("passed", "failed", "skipped")
        ]
        lines.append(f"| {device} | {len(katas)} | {' | '.join(map(str, counts))} |")
    lines += (
        ["", *(f"- {problem}" for problem in problems)]
        if problems
        else ["", "Everything expected has passed."]
    )
    return "\n".join(lines) + "\n"
