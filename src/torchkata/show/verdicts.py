"""A verdict as a person reads it: its name, what failed, where, and what to do next.

Every verdict begins with its name in capitals, so that nothing depends on color alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from torchkata.collection.catalogue import Entry
from torchkata.judging.verdict import Kind, Verdict

# verdict → (label, style, one sentence about it)
LABELS: dict[Kind, tuple[str, str, str]] = {
    "solved": ("SOLVED", "bold green", "every test passes"),
    "untouched": ("UNTOUCHED", "bold cyan", "the file is as it started"),
    "pitfall": ("STILL THERE", "bold red", "the file has changed, and it fails the same way as before"),
    "wrong_fix": ("WRONG FIX", "bold magenta", "a known dead end"),
    "failing": ("NOT YET", "bold yellow", "a test fails"),
    "invalid": ("CANNOT RUN", "bold red", "the tests did not start"),
    "timeout": ("TOO SLOW", "bold red", "stopped by the time limit"),
    "memory": ("TOO LARGE", "bold red", "stopped by the memory limit"),
    "output_limit": ("TOO LOUD", "bold red", "stopped by the output limit"),
    "early_exit": ("LEFT EARLY", "bold red", "the program ended its own process"),
    "crashed": ("CRASHED", "bold red", "the process died"),
    "tampered": ("TAMPERED", "bold red", "the program changed something it may not touch"),
    "unavailable": ("UNAVAILABLE", "bold", "this machine can't run this kata"),
    "internal": ("OUR FAULT", "bold red", "torchkata itself failed; this doesn't count against you"),
}
OUTPUT_LINES = 12


@dataclass(frozen=True)
class Words:
    """What there is to say about a verdict, before anybody draws it.

    sentence, detail: of the first test that failed; empty where none is to be talked about
    """

    label: str
    about: str
    timing: str
    message: str
    sentence: str
    detail: str
    line: int | None
    output: str


def words(found: Verdict) -> Words:
    """The words that learners, and whoever looks at a stage, get for a verdict."""
    label, _, about = LABELS[found.verdict]
    ran = [test for test in found.tests if test.outcome in ("passed", "failed")]
    red = None if found.verdict in ("solved", "untouched") else found.first_failed
    failed = red is not None and red.outcome == "failed"
    return Words(
        label=label,
        about=about,
        timing=f"{len(ran)} tests in {found.seconds:.2f} s on {found.device}" if ran else "",
        message=harmless(found.message),
        sentence=red.sentence if red is not None and failed else "",
        detail=harmless(red.message) if red is not None and failed else "",
        line=found.line or (red.line if red is not None else None),
        output=first_lines(found.output),
    )


def verdict(found: Verdict, entry: Entry, shown: Path, *, keys: bool = False) -> RenderableType:
    """One verdict: its name, what failed where and with which values, and what to do next.

    keys: whether the reader has single keys at hand, or types commands
    """
    said, style = words(found), LABELS[found.verdict][1]
    timing = f"  ({said.timing})" if said.timing else ""
    parts: list[RenderableType] = [
        Text.assemble((said.label, style), "  ", (found.kata, "bold"), f"  {said.about}", timing)
    ]
    if said.message:
        parts.append(_indented(said.message))
    if said.sentence:
        parts.append(_indented(Text(said.sentence, style="bold")))
        parts.append(_indented(said.detail))
    if said.line is not None:
        where = Text(f"{shown}:{said.line}", style="underline")
        parts.append(_indented(where + Text(_source_line(shown, said.line))))
    if said.output:
        parts.append(_indented(Text("your program printed:\n" + said.output, style="dim")))
    if not (keys and found.verdict == "solved"):
        parts.append(_indented(next_step(found, entry, shown, keys=keys)))
    return Group(*parts)


def next_step(found: Verdict, entry: Entry, shown: Path, *, keys: bool) -> Text:
    """What to type or press now."""
    hint = "h gives a hint" if keys else f"a hint: kata hint {entry.id}"
    again = "save" if keys else f"save, then: kata check {entry.id}"
    if found.verdict == "solved":
        return Text(f"Rule: {entry.card.sections['Rule']}\nThe whole story: kata show {entry.id}")
    if found.verdict in ("untouched", "pitfall"):
        return Text(f"Edit {shown} and {again}. Stuck? {hint}")
    if found.verdict in ("unavailable", "internal"):
        return Text("Nothing for you to do here; the other katas still work.")
    return Text(f"Fix {shown} and {again}; {hint}")


def harmless(text: str) -> str:
    """A program's words without control sequences: it may not move the cursor or rename the window."""
    text = re.sub(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|.)", "", text)
    return "".join(c for c in text if c in "\n\t" or c.isprintable())


def first_lines(output: str) -> str:
    """What a program printed, as much of it as there is room for."""
    lines = output.rstrip().splitlines()
    more = f"\n... and {len(lines) - OUTPUT_LINES} more lines" if len(lines) > OUTPUT_LINES else ""
    return harmless("\n".join(lines[:OUTPUT_LINES])) + more


def _indented(content: RenderableType) -> Padding:
    return Padding(Text(content) if isinstance(content, str) else content, (0, 0, 0, 2))


def _source_line(shown: Path, number: int) -> str:
    try:
        return "   " + harmless(shown.read_text(encoding="utf-8").splitlines()[number - 1].strip())
    except (OSError, IndexError, UnicodeDecodeError):
        return ""
