"""A verdict as a person reads it: its name, what failed, where, and what to do next.

Every verdict begins with its name in capitals, so that nothing depends on color alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.text import Text

from torchkata.collection.catalogue import Entry
from torchkata.judging.verdict import Kind, Verdict

# verdict → (label, style, one sentence about it)
LABELS: dict[Kind, tuple[str, str, str]] = {
    "solved": ("SOLVED", "bold green", "every test passes"),
    "untouched": ("UNTOUCHED", "bold", "the file is as it started"),
    "pitfall": ("STILL THERE", "bold red", "it fails the same way as before"),
    "wrong_fix": ("WRONG FIX", "bold magenta", "a known dead end"),
    "failing": ("NOT YET", "bold red", "a test fails"),
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
OUTPUT_LINES = 12  # of what a program prints, and of what an error says: more would push the verdict away
LINE = 76  # characters, where a line of a narrow terminal wraps


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


@dataclass(frozen=True)
class _Fitting:
    """The first of the lines that needs no second one; the last, if none does without."""

    lines: tuple[Text, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield next((line for line in self.lines if line.cell_len <= options.max_width), self.lines[-1])


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
        message=beginning(found.message),
        sentence=red.sentence if red is not None and failed else "",
        detail=beginning(red.message) if red is not None and failed else "",
        line=found.line or (red.line if red is not None else None),
        output=beginning(found.output),
    )


def verdict(
    found: Verdict,
    entry: Entry,
    shown: Path,
    *,
    keys: bool = False,
    name: str | None = None,
    step: bool = True,
) -> RenderableType:
    """One verdict: its name, what failed where and with which values, and what to do next.

    keys: whether the reader has single keys at hand, or types commands
    name: to say in the place of the kata's, where that would give it away
    step: say what to do next, where it is a key or `kata check`
    """
    said, style = words(found), LABELS[found.verdict][1]
    timings = [f"  ({said.timing})", f"  ({said.timing.partition(' on ')[0]})"] if said.timing else []
    lines = [
        Text.assemble((said.label, style), "  ", (name or found.kata, "bold"), f"  {said.about}", timing)
        for timing in (*timings, "")
    ]
    parts: list[RenderableType] = [_Fitting(tuple(lines))]
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
    if step and not (keys and found.verdict == "solved"):
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


def beginning(text: str) -> str:
    """What a program printed, or what an error says: as much of it as leaves the verdict on the screen."""
    lines = harmless(text).rstrip().splitlines()
    shown: list[str] = []
    room = OUTPUT_LINES
    for line in lines:
        if room <= 0:
            break
        shown.append(line if len(line) <= room * LINE else line[: room * LINE - 4] + " ...")
        room -= max(1, -(-len(line) // LINE))
    left = len(lines) - len(shown)
    more = [f"... and {left} more line{'s' * (left > 1)}"] if left else []
    return "\n".join([*shown, *more])


def _indented(content: RenderableType) -> Padding:
    return Padding(Text(content) if isinstance(content, str) else content, (0, 0, 0, 2))


def _source_line(shown: Path, number: int) -> str:
    try:
        return "   " + harmless(shown.read_text(encoding="utf-8").splitlines()[number - 1].strip())
    except (OSError, IndexError, UnicodeDecodeError):
        return ""
