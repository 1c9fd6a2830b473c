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

from torchkata.collection.card import BEFORE_SOLVED, HEADINGS
from torchkata.collection.catalogue import Entry
from torchkata.judging.verdict import Kind, Verdict

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
SIDE_BY_SIDE = 150  # columns from which two differences stand beside each other

KEYS = """\
h  next hint               d  what the fix changes (once solved)
p  predict before you mend n  next kata
l  list, find, choose      x  begin again (keeps a copy)
c  check everything        e  open in the editor
r  check now, by hand      q  quit
?  these keys              every save is a check"""
WAITING = "Waiting for a save. h hint, p predict, n next, ? all keys"
GIVEN = "This one is given. Follow its task above and see what the loop says; n goes on."
SLOW_ROAD = "This system has no safe fork: every check is a process of its own, and takes a few seconds."
POLLING = (
    "No notifications about files arrive here (a network mount, or a container): "
    "looking every fifth of a second instead. r checks by hand."
)


def header(entry: Entry, solved: int, total: int, width: int) -> Text:
    """The kata, its track, and how far the learner has come over all katas."""
    room = max(10, min(30, width - len(entry.id) - 30))
    full = room * solved // total if total else 0
    bar = f"[{'#' * full}{'-' * (room - full)}] {solved}/{total}"
    return Text.assemble("\n", (entry.id, "bold"), "   ", (bar, "cyan"))


def verdict(found: Verdict, entry: Entry, shown: Path, *, keys: bool = False) -> RenderableType:
    """One verdict: its name, what failed where and with which values, and what to do next.

    keys: whether the reader has single keys at hand, or types commands
    """
    label, style, about = LABELS[found.verdict]
    ran = [test for test in found.tests if test.outcome in ("passed", "failed")]
    timing = f"{len(ran)} tests in {found.seconds:.2f} s on {found.device}" if ran else ""
    parts: list[RenderableType] = [
        Text.assemble(
            (label, style), "  ", (found.kata, "bold"), f"  {about}", f"  ({timing})" if timing else ""
        )
    ]
    if found.message:
        parts.append(_indented(_harmless(found.message)))
    red = None if found.verdict in ("solved", "untouched") else found.first_failed
    if red is not None and red.outcome == "failed":
        parts.append(_indented(Text(red.sentence, style="bold")))
        parts.append(_indented(_harmless(red.message)))
    line = found.line or (red.line if red is not None else None)
    if line is not None:
        parts.append(_indented(Text(f"{shown}:{line}", style="underline") + Text(_source_line(shown, line))))
    if found.output.strip():
        printed = found.output.rstrip().splitlines()
        more = f"\n... and {len(printed) - OUTPUT_LINES} more lines" if len(printed) > OUTPUT_LINES else ""
        said = _harmless("\n".join(printed[:OUTPUT_LINES])) + more
        parts.append(_indented(Text("your program printed:\n" + said, style="dim")))
    if not (keys and found.verdict == "solved"):
        parts.append(_indented(next_step(found, entry, shown, keys=keys)))
    return Group(*parts)


def next_step(found: Verdict, entry: Entry, shown: Path, *, keys: bool) -> Text:
    hint = "h gives a hint" if keys else f"a hint: kata hint {entry.id}"
    again = "save" if keys else f"save, then: kata check {entry.id}"
    if found.verdict == "solved":
        return Text(f"Rule: {entry.card.sections['Rule']}\nThe whole story: kata show {entry.id}")
    if found.verdict in ("untouched", "pitfall"):
        return Text(f"Edit {shown} and {again}. Stuck? {hint}")
    if found.verdict in ("unavailable", "internal"):
        return Text("Nothing to do for you here; the other katas go on.")
    return Text(f"Mend {shown} and {again}; {hint}")


def prediction(entry: Entry) -> RenderableType:
    """The question, asked before anything is mended."""
    ask = Text("Your prediction, before you mend: A, B, C or D (Enter skips)", style="bold")
    return Group(Markdown(f"## Predict\n\n{entry.card.sections['Predict']}"), ask)


def green(entry: Entry, predicted: str, following: Entry | None, width: int) -> RenderableType:
    """All there is to learn once a kata is solved: the difference, why, the rule, what if, where next."""
    kata, c = entry.kata, entry.card
    broken, fixed = (file.read_text(encoding="utf-8") for file in (kata.broken, kata.fixed))
    mine = kata.copy.read_text(encoding="utf-8", errors="replace") if kata.copy.is_file() else broken
    ours = difference(broken, fixed, "broken", "fixed")
    yours = Text("Yours is the same.") if mine == fixed else difference(broken, mine, "broken", "yours")
    beside = Table.grid(padding=(0, 2), expand=True)
    beside.add_row(ours, yours)
    parts: list[RenderableType] = [beside] if width >= SIDE_BY_SIDE else [ours, Text(""), yours]
    if predicted:
        right = predicted == c.answer
        said = f"You predicted {predicted}: {'right' if right else f'it is {c.answer}'}."
        parts += [Text(""), Text(said, style="bold green" if right else "bold yellow")]
    text = "\n\n".join(f"## {heading}\n\n{c.sections[heading]}" for heading in ("Why", "Rule", "What if"))
    parts.append(Markdown(text))
    about = f"This pitfall is called {c.pitfall}."
    if c.twin:
        about += f" Its twin: {c.twin}."
    step = (
        f"n goes on to {following.id}: {following.card.title}" if following else "Every other kata is solved."
    )
    return Group(*parts, Text(f"\n{about}"), Text(step, style="bold"))


def _indented(content: RenderableType) -> Padding:
    return Padding(Text(content) if isinstance(content, str) else content, (0, 0, 0, 2))


def _source_line(shown: Path, number: int) -> str:
    try:
        return "   " + _harmless(shown.read_text(encoding="utf-8").splitlines()[number - 1].strip())
    except (OSError, IndexError, UnicodeDecodeError):
        return ""


def _harmless(text: str) -> str:
    """A program's words without control sequences: it may not move the cursor or rename the window."""
    text = re.sub(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|.)", "", text)
    return "".join(c for c in text if c in "\n\t" or c.isprintable())


def card(entry: Entry, *, solved: bool, without: tuple[str, ...] = ()) -> RenderableType:
    """The card down to Task, or all of it once the kata is solved; hints come one at a time.

    without: headings to leave out, because they are shown otherwise
    """
    shown = [
        h for h in (HEADINGS if solved else BEFORE_SOLVED) if not h.startswith("Hint") and h not in without
    ]
    text = "\n\n".join(f"## {h}\n\n{entry.card.sections[h]}" for h in shown)
    about = [f"level {entry.card.level}", entry.card.kind, f"about {entry.card.minutes} minutes"]
    if solved:
        about.append(f"pitfall: {entry.card.pitfall}")
        if entry.card.twin:
            about.append(f"its twin: {entry.card.twin}")
    head = Text.assemble((entry.card.title, "bold"), f"\n{entry.id}  ({', '.join(about)})\n")
    sources = "\n\n## Sources\n\n" + "\n".join(f"- <{url}>" for url in entry.card.sources) if solved else ""
    return Group(head, Markdown(text + sources))


def katas(
    entries: Iterable[Entry],
    states: Mapping[str, str],
    *,
    pitfalls: bool,
    numbers: Mapping[str, int] | None = None,
) -> Table:
    """The list for people. A pitfall is named once its kata is solved, unless `pitfalls` asks."""
    chosen = list(entries)
    table = Table(box=None, pad_edge=False, header_style="bold")
    named = pitfalls or any(states.get(entry.id) == "solved" for entry in chosen)
    if numbers:
        table.add_column("", justify="right")
    for heading in ("", "kata", "symptom", "level", "kind", "min", *(["pitfall"] if named else [])):
        table.add_column(heading, overflow="fold", no_wrap=heading == "kata")
    marks = {"solved": "done", "started": "begun", "new": ""}
    for entry in chosen:
        c, now = entry.card, states.get(entry.id, "new")
        shown = [c.pitfall if pitfalls or now == "solved" else ""] if named else []
        needs = f" (needs {' '.join(c.needs)})" if c.needs else ""
        row = [marks[now], c.id, c.title + needs, str(c.level), c.kind, str(c.minutes), *shown]
        if numbers:
            row.insert(0, str(numbers[c.id]))
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
