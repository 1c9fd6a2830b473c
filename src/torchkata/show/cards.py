"""A card as a person reads it: before the fix, while predicting, and once the kata is solved."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from torchkata.collection.card import BEFORE_SOLVED, HEADINGS, WITHHELD
from torchkata.collection.catalogue import Entry
from torchkata.show.code import difference, markdown

SIDE_BY_SIDE = 150  # columns from which two differences stand beside each other
# What comes with the solution, in this order; hints, the room and practice have their own commands.
WITH_THE_SOLUTION = ("Once it is fixed", "Why", "Rule", "What if")
NOT_SHOWN = ("In a room", "Again", "Answer")


def card(entry: Entry, *, solved: bool, without: tuple[str, ...] = ()) -> RenderableType:
    """The card down to Task, or all of it once the kata is solved; hints come one at a time.

    without: headings to leave out, because they are shown otherwise
    """
    wanted = [h for h in HEADINGS if h != "Answer"] if solved else list(BEFORE_SOLVED)
    shown = [h for h in wanted if not h.startswith("Hint") and h not in without]
    about = [f"level {entry.card.level}", entry.card.kind, f"about {entry.card.minutes} minutes"]
    if solved:
        about.append(f"pitfall: {entry.card.pitfall}")
        if entry.card.twin:
            about.append(f"its twin: {entry.card.twin}")
    head = Text.assemble((entry.card.title, "bold"), f"\n{entry.id}  ({', '.join(about)})\n")
    sources = "\n\n## Sources\n\n" + "\n".join(f"- <{url}>" for url in entry.card.sources) if solved else ""
    return Group(head, markdown(sections(entry, *shown) + sources))


def sections(entry: Entry, *headings: str) -> str:
    """Some sections of a card, under their headings, as Markdown; what is withheld is said once."""
    there = [h for h in headings if entry.card.sections[h] != WITHHELD]
    shown = [f"## {h}\n\n{entry.card.sections[h]}" for h in there]
    return "\n\n".join(shown if len(there) == len(headings) else [*shown, f"The rest: {WITHHELD.lower()}"])


ASKED = "Your prediction, before you fix it: A, B, C or D (Enter skips)"
ASKED_LATE = "Your prediction: A, B, C or D (Enter skips)"


def prediction(entry: Entry, ask: str = ASKED) -> RenderableType:
    """The question, with what one may answer."""
    return Group(markdown(sections(entry, "Predict")), Text(ask, style="bold"))


def answered(entry: Entry, predicted: str) -> Text:
    """Whether a prediction was right."""
    if not entry.card.answer:
        return Text(f"You predicted {predicted}. The answer: {WITHHELD.lower()}")
    right = predicted == entry.card.answer
    said = f"You predicted {predicted}: {'right' if right else f'the answer is {entry.card.answer}'}."
    return Text(said, style="bold green" if right else "bold red")


def solution(entry: Entry, width: int) -> RenderableType:
    """What the fix changes, and what the learner changed; side by side where there is room."""
    kata = entry.kata
    if not kata.fixed.is_file():  # a dojo for a class
        return Text(f"The fix: {WITHHELD.lower()}")
    broken, fixed = (file.read_text(encoding="utf-8") for file in (kata.broken, kata.fixed))
    ours = difference(broken, fixed, "broken", "fixed")
    if not kata.copy.is_file():
        return ours
    mine = kata.copy.read_text(encoding="utf-8", errors="replace")
    yours: RenderableType
    if mine == fixed:
        yours = Text("Yours is the same.")
    elif mine == broken:
        yours = Text("You haven't changed yours yet.")
    else:
        yours = difference(broken, mine, "broken", "yours")
    if width < SIDE_BY_SIDE:
        return Group(ours, Text(""), yours)
    beside = Table.grid(padding=(0, 2), expand=True)
    beside.add_column(ratio=1)
    beside.add_column(ratio=1)
    beside.add_row(ours, yours)
    return beside


def green(entry: Entry, predicted: str, following: Entry | None, width: int) -> RenderableType:
    """All there is to learn once a kata is solved: the difference, why, the rule, what if, what's next."""
    parts: list[RenderableType] = [solution(entry, width)]
    if predicted:
        parts += [Text(""), answered(entry, predicted)]
    parts.append(markdown(sections(entry, *WITH_THE_SOLUTION)))
    # Once more, since all this has scrolled the verdict off most screens.
    about = f"SOLVED {entry.id}. This pitfall is called {entry.card.pitfall}."
    if entry.card.twin:
        about += f" Its twin: {entry.card.twin}."
    step = (
        f"n goes on to {following.id}: {following.card.title}" if following else "Every other kata is solved."
    )
    return Group(*parts, Text(f"\n{about}"), Text(step, style="bold"))
