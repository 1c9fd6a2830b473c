"""A case as a learner reads it: the report, the outcome of a check, and at the end all that was hidden."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from torchkata.cases.desk import left
from torchkata.cases.outcome import Outcome
from torchkata.cases.project import ENTRY
from torchkata.cases.record import BUDGET, Record
from torchkata.cases.shelf import Case
from torchkata.cases.work import Work
from torchkata.collection.catalogue import Entry
from torchkata.show import verdicts
from torchkata.show.code import difference, markdown
from torchkata.system.paths import shown

# kind → (label, style, one sentence about it); of the other kinds `show.verdicts` knows the words.
LABELS = {
    "healthy": ("HEALTHY AGAIN", "bold green", "every test of the project passes"),
    "untouched": ("UNTOUCHED", "bold cyan", "the project is as you got it; this check isn't counted"),
    "symptom": ("STILL THERE", "bold red", "what the report is about hasn't changed"),
    "wrong_fix": ("WRONG FIX", "bold magenta", "a known dead end"),
    "changed": ("NOT YET", "bold yellow", "something has changed, and it isn't right yet"),
    "elsewhere": ("SOMETHING ELSE", "bold yellow", "something that worked is broken now"),
}
RIGHT = {
    True: "right",
    False: "it is something else",
    None: "this Python has no sqlite3, so compare it with what it was",
}
ASK = 'Before your first check: what is it? In a few words: kata case diagnose "..."'


def report(case: Case, work: Work, record: Record) -> RenderableType:
    """What the learner starts from. Of a surprise, neither the level nor what the project uses is told."""
    title = f"Case {case.number if record.surprise else work.folder.name}"
    known = "" if record.surprise else f" (level {case.plant.level}{_uses(case)})"
    files = ", ".join(case.project.files)
    steps = [
        f"\nThe project: {shown(work.folder)}/  ({files})",
        f"Run it there: python {ENTRY}. When all was well: {case.project.gives.strip()}",
        *_of_another_release(case),
    ]
    if record.diagnosis:
        steps.append(f"Your diagnosis: {record.diagnosis}")
    steps += _over(case, record) if record.ended else _next(case, record)
    if earlier := work.kept():
        more = f", and {len(earlier) - 1} more beside it" if len(earlier) > 1 else ""
        steps.append(f"What you had of it before is in {shown(earlier[-1])}/{more}.")
    return Group(
        Text.assemble("\n", (title, "bold"), f"  {case.project.title}{known}"),
        markdown(case.project.about),
        Text("\nWhat your colleague writes", style="bold"),
        markdown(case.plant.report.strip()),
        Text("\n".join(steps)),
    )


def _of_another_release(case: Case) -> list[str]:
    try:
        here = metadata.version("torch")
    except metadata.PackageNotFoundError:  # which a check will say
        return []
    if case.project.prints_its_numbers_on(here):
        return []
    theirs = f"The numbers are those of torch {case.project.torch}"
    return [f"{theirs}. Yours, {here}, prints others; the bug is the same."]


def _uses(case: Case) -> str:
    return f"; the project uses {', '.join(case.project.words)}" if case.project.words else ""


def _next(case: Case, record: Record) -> list[str]:
    free = "Running, printing, plotting and writing tests are free. Checks are counted:"
    ask = [ASK] if record.diagnosis is None else []
    return [f"{free} {_checks(case, record)}.", *ask, "When you have fixed it: kata case check"]


def _over(case: Case, record: Record) -> list[str]:
    how = "You found it" if record.ended == "found" else "You gave it up"
    used = f"{record.looks} of {BUDGET[case.plant.level]} checks"
    return [f"This case is over. {how}, after {used}. To try it again: kata case reset --case {case.number}"]


def _checks(case: Case, record: Record) -> str:
    more = left(case, record)
    total = BUDGET[case.plant.level]
    if more >= 0:
        return f"{more} of {total} checks left"
    return f"{total} were planned, {record.looks} are used"


def outcome(found: Outcome, case: Case, work: Work, record: Record) -> RenderableType:
    """What a check says; nothing in it names what was planted."""
    label, style, about = LABELS.get(found.kind) or _of_verdict(found.kind)
    used = "" if found.kind == "untouched" else f"  ({_checks(case, record)})"
    if record.ended:
        used = f"  ({record.looks} of {BUDGET[case.plant.level]} checks)"
    parts: list[RenderableType] = [
        Text.assemble((label, style), "  ", (work.folder.name, "bold"), f"  {about}", used)
    ]
    lines: list[str | Text] = [found.message] if found.message else []
    if found.kind == "wrong_fix":
        lines.insert(0, Text(found.wrong_fix.replace("_", " "), style="bold"))
    if found.kind == "elsewhere" and found.still[1]:
        still, at_first = found.still
        gone = "what the report is about is gone" if not still else "what the report is about is still there"
        lines.append(f"{gone}; but now:" if still < at_first or not still else f"{gone}; besides:")
    if found.kind == "changed" and found.still[0] < found.still[1]:
        lines.append(
            f"{found.still[1] - found.still[0]} of {found.still[1]} tests that failed pass now; the next:"
        )
    if found.sentence:
        lines += [Text(found.sentence, style="bold"), verdicts.harmless(found.detail)]
    if found.file:
        lines.append(Text(f"{shown(work.folder / found.file)}:{found.line}", style="underline"))
    if found.output.strip():
        lines.append(Text("your project printed:\n" + verdicts.beginning(found.output), style="dim"))
    if found.kind not in ("healthy", "untouched"):
        lines.append("After your next change: kata case check. To be told what it was: kata case give-up")
    parts += [Padding(Text(line) if isinstance(line, str) else line, (0, 0, 0, 2)) for line in lines]
    return Group(*parts)


def _of_verdict(kind: str) -> tuple[str, str, str]:
    label, style, about = verdicts.LABELS[kind]  # type: ignore[index]
    return label, style, about


def truth(case: Case, record: Record, drill: Entry | None) -> RenderableType:
    """All of it, for whoever has found it or has given up.

    drill: the kata that is about it
    """
    first = record.first
    parts: list[RenderableType] = []
    if first.diagnosis:
        said = f"Your first diagnosis: {first.diagnosis}: {RIGHT[first.right]}."
        parts.append(Text(said, style="bold green" if first.right else "bold yellow"))
    parts += [Text("\nWhat it was", style="bold"), markdown(case.plant.truth.strip())]
    healthy, planted = case.project.files[case.plant.file], case.planted[case.plant.file]
    parts.append(difference(planted, healthy, f"{case.plant.file} as you got it", "as it was"))
    parts.append(Text("\nHow an expert finds it: each question halves what it can be", style="bold"))
    asked = [
        f"{n}. {question.strip()}\n\n   {answer.strip()}"
        for n, (question, answer) in enumerate(case.plant.asks, 1)
    ]
    parts.append(markdown("\n\n".join(asked)))
    if drill is not None:
        parts.append(
            Text(f"\nThe kata that drills it: {drill.id}, {drill.card.title}\n  kata watch {drill.id}")
        )
    return Group(*parts)


def kept(where: Path | None, work: Work) -> str:
    """After a reset."""
    said = f"{shown(work.folder)} is as you got it."
    return f"{said} What you had is in {shown(where)}." if where is not None else said
