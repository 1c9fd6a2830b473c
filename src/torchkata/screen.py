"""What a person sees: pure functions from cards and verdicts to Rich renderables.

Every verdict begins with its name in capitals, so that nothing depends on colour alone.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from rich.console import Group, RenderableType
from rich.markdown import Markdown
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from torchkata.card import BEFORE_SOLVED, HEADINGS
from torchkata.catalogue import Entry
from torchkata.verdict import Kind, Verdict

# verdict → (label, style, one sentence about it)
LABELS: dict[Kind, tuple[str, str, str]] = {
    "solved": ("SOLVED", "bold green", "every test passes"),
    "untouched": ("UNTOUCHED", "bold cyan", "the file is as it started"),
    "pitfall": ("STILL THERE", "bold red", "the file has changed, and the failure is the same as before"),
    "wrong_fix": ("WRONG FIX", "bold magenta", "a known dead end"),
    "failing": ("NOT YET", "bold yellow", "a test fails"),
    "invalid": ("CANNOT RUN", "bold red", "the tests did not start"),
    "timeout": ("TOO SLOW", "bold red", "stopped by the limit of time"),
    "memory": ("TOO LARGE", "bold red", "stopped by the limit of memory"),
    "output_limit": ("TOO LOUD", "bold red", "stopped by the limit of output"),
    "early_exit": ("LEFT EARLY", "bold red", "the program ended its own process"),
    "crashed": ("CRASHED", "bold red", "the process died"),
    "tampered": ("TAMPERED", "bold red", "the program changed what it may not touch"),
    "unavailable": ("UNAVAILABLE", "bold", "this machine cannot run this kata"),
    "internal": ("OUR FAULT", "bold red", "torchkata itself failed; this does not count against you"),
}
OUTPUT_LINES = 12


def verdict(found: Verdict, entry: Entry, shown: Path) -> RenderableType:
    """One verdict: its name, what failed where and with which values, and what to type next."""
    label, style, about = LABELS[found.verdict]
    ran = [test for test in found.tests if test.outcome in ("passed", "failed")]
    timing = f"{len(ran)} tests in {found.seconds:.2f} s on {found.device}" if ran else ""
    parts: list[RenderableType] = [
        Text.assemble(
            (label, style), "  ", (found.kata, "bold"), f"  {about}", f"  ({timing})" if timing else ""
        )
    ]
    if found.message:
        parts.append(_indented(found.message))
    red = None if found.verdict in ("solved", "untouched") else found.first_failed
    if red is not None and red.outcome == "failed":
        parts.append(_indented(Text(red.sentence, style="bold")))
        parts.append(_indented(red.message))
    line = found.line or (red.line if red is not None else None)
    if line is not None:
        parts.append(_indented(Text(f"{shown}:{line}", style="underline") + Text(_source_line(shown, line))))
    if found.output.strip():
        printed = found.output.rstrip().splitlines()
        more = f"\n... and {len(printed) - OUTPUT_LINES} more lines" if len(printed) > OUTPUT_LINES else ""
        said = _harmless("\n".join(printed[:OUTPUT_LINES])) + more
        parts.append(_indented(Text("your program printed:\n" + said, style="dim")))
    parts.append(_indented(next_step(found, entry, shown)))
    return Group(*parts)


def next_step(found: Verdict, entry: Entry, shown: Path) -> Text:
    if found.verdict == "solved":
        return Text(f"Rule: {entry.card.sections['Rule']}\nThe whole story: kata show {entry.id}")
    if found.verdict in ("untouched", "pitfall"):
        return Text(f"Edit {shown}, save it, and check again. Stuck? kata hint {entry.id}")
    if found.verdict in ("unavailable", "internal"):
        return Text("Nothing to do for you here; the other katas go on.")
    return Text(f"Mend {shown} and check again. A hint: kata hint {entry.id}")


def _indented(content: RenderableType) -> Padding:
    return Padding(Text(content) if isinstance(content, str) else content, (0, 0, 0, 2))


def _source_line(shown: Path, number: int) -> str:
    try:
        return "   " + shown.read_text(encoding="utf-8").splitlines()[number - 1].strip()
    except (OSError, IndexError, UnicodeDecodeError):
        return ""


def _harmless(text: str) -> str:
    """A program's output without control sequences: it may not move the cursor or rename the window."""
    text = re.sub(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|.)", "", text)
    return "".join(c for c in text if c in "\n\t" or c.isprintable())


def card(entry: Entry, *, solved: bool) -> RenderableType:
    """The card down to Task, or all of it once the kata is solved; hints come one at a time."""
    shown = HEADINGS if solved else BEFORE_SOLVED
    text = "\n\n".join(f"## {h}\n\n{entry.card.sections[h]}" for h in shown if not h.startswith("Hint"))
    about = [f"level {entry.card.level}", entry.card.kind, f"about {entry.card.minutes} minutes"]
    if solved:
        about.append(f"pitfall: {entry.card.pitfall}")
        if entry.card.twin:
            about.append(f"its twin: {entry.card.twin}")
    head = Text.assemble((entry.card.title, "bold"), f"\n{entry.id}  ({', '.join(about)})\n")
    sources = "\n\n## Sources\n\n" + "\n".join(f"- <{url}>" for url in entry.card.sources) if solved else ""
    return Group(head, Markdown(text + sources))


def katas(entries: Iterable[Entry], states: Mapping[str, str], *, pitfalls: bool) -> Table:
    """The list for people. A pitfall is named once its kata is solved, unless `pitfalls` asks."""
    chosen = list(entries)
    table = Table(box=None, pad_edge=False, header_style="bold")
    named = pitfalls or any(states.get(entry.id) == "solved" for entry in chosen)
    for heading in ("", "kata", "symptom", "level", "kind", "min", *(["pitfall"] if named else [])):
        table.add_column(heading, overflow="fold", min_width=20 if heading == "symptom" else None)
    marks = {"solved": "done", "started": "begun", "new": ""}
    for entry in chosen:
        c, now = entry.card, states.get(entry.id, "new")
        shown = [c.pitfall if pitfalls or now == "solved" else ""] if named else []
        needs = f" (needs {' '.join(c.needs)})" if c.needs else ""
        row = [marks[now], c.id, c.title + needs, str(c.level), c.kind, str(c.minutes), *shown]
        table.add_row(*row, style="green" if now == "solved" else "")
    return table


def difference(before: str, after: str, before_name: str, after_name: str) -> RenderableType:
    """A unified difference, or a sentence where there is none."""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), before_name, after_name, n=2
    )
    text = "".join(lines)
    return (
        Syntax(text, "diff", background_color="default")
        if text
        else Text(f"{after_name} equals {before_name}.")
    )
