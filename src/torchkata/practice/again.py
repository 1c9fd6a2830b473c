"""Days later: solved katas come back, mixed, without their titles. When, says the fsrs scheduler."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fsrs import Card, Rating, Scheduler

from torchkata.collection.catalogue import Entry
from torchkata.judging.judge import Judge
from torchkata.learner.editor import open_file
from torchkata.learner.elsewhere import PRACTICE
from torchkata.learner.progress import digest
from torchkata.practice.dialog import Dialog
from torchkata.show import verdicts
from torchkata.show.code import markdown
from torchkata.system import atomic
from torchkata.system.paths import shown
from torchkata.system.patience import patience
from torchkata.system.trouble import told

AT_ONCE = 8  # how many come back in one sitting
RATINGS = {"1": Rating.Again, "2": Rating.Hard, "3": Rating.Good, "4": Rating.Easy}


def schedule(events: Sequence[dict[str, Any]]) -> dict[str, Card]:
    """Each solved kata's memory card, replayed from the history, which is all there is to it.

    The first solution counts as a review: good without hints, hard with them; a look at the answer
    counts as forgotten. Every later answer is an event of its own. Nothing is due on the day it was learned.
    """
    scheduler = Scheduler(enable_fuzzing=False, learning_steps=(), relearning_steps=())
    cards: dict[str, Card] = {}
    hints: set[str] = set()
    for event in events:
        kata, what = event["kata"], event["event"]
        at = _when(event)
        if what == "hint":
            hints.add(kata)
        elif what == "verdict" and event.get("verdict") == "solved" and kata not in cards:
            rating = Rating.Hard if kata in hints else Rating.Good
            cards[kata] = scheduler.review_card(Card(card_id=len(cards) + 1), rating, at)[0]
        elif what == "gave up" and kata not in cards:
            cards[kata] = scheduler.review_card(Card(card_id=len(cards) + 1), Rating.Again, at)[0]
        elif what == "again" and kata in cards and str(event.get("rating")) in RATINGS:
            cards[kata] = scheduler.review_card(cards[kata], RATINGS[str(event["rating"])], at)[0]
    return cards


def _when(event: dict[str, Any]) -> datetime:
    """Long ago, where the time of an event can't be read: then it's due again."""
    try:
        return datetime.fromtimestamp(float(event.get("at", 0.0)), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0.0, UTC)


def due(entries: Sequence[Entry], cards: dict[str, Card], now: datetime) -> list[Entry]:
    """What is due by `now`, the longest overdue first, mixed across tracks, look-alikes side by side."""
    waiting = [entry for entry in entries if entry.id in cards and cards[entry.id].due <= now]
    waiting.sort(key=lambda entry: cards[entry.id].due)
    mixed: list[Entry] = []
    while waiting and len(mixed) < AT_ONCE:
        last = mixed[-1] if mixed else None
        alike = [e for e in waiting if last and (e.id in last.card.alike or last.id in e.card.alike)]
        other = [e for e in waiting if last is None or e.card.track != last.card.track]
        following = (alike or other or waiting)[0]
        waiting.remove(following)
        mixed.append(following)
    return mixed


class Practice(Dialog):
    """One sitting."""

    def run(self, *, now: bool = False) -> int:
        """now: practise what comes back soonest, even if nothing is due."""
        learned = schedule(list(self.progress.events()))
        day = max((card.due for card in learned.values()), default=None) if now else datetime.now(UTC)
        entries = due(self.catalogue.entries, learned, day) if day is not None else []
        if not learned:
            self.say("Nothing is solved yet, so nothing can come back. Begin: kata")
        elif not entries:
            soonest = min(card.due for card in learned.values())
            self.say(f"Nothing is due. The next one comes back on {soonest.astimezone():%Y-%m-%d}.")
            self.say("To practice before that: kata again --now")
        elif not sys.stdin.isatty():
            due_now = "1 kata is" if len(entries) == 1 else f"{len(entries)} katas are"
            self.say(f"{due_now} due; practice at a terminal: kata again")
        else:
            self.sit(entries)
        return 0

    def sit(self, entries: list[Entry]) -> None:
        tree = self.catalogue.tree
        with Judge(tree, [entry.kata for entry in entries]) as judge:
            for number, entry in enumerate(entries, start=1):
                self.say(f"\n{number} of {len(entries)}")
                if not self.ask(entry) or not self.fix(judge, entry):
                    break
        self.say("Enough for today.")

    def ask(self, entry: Entry) -> bool:
        """The question, the answer, and how well it was known; False to leave."""
        self.console.print(markdown(entry.card.sections["Again"]))
        if self.read("Think, then Enter shows the answer (q leaves): ") in ("q", None):
            return False
        self.console.print(markdown(entry.card.sections["Answer"]))
        while (rating := self.read("1 forgotten, 2 hard, 3 good, 4 easy (q leaves): ")) not in RATINGS:
            if rating in ("q", None):
                return False
        self.progress.record(entry.kata, "again", rating=rating)
        return True

    def fix(self, judge: Judge, entry: Entry) -> bool:
        """The kata, broken once more, under a name that tells nothing; False to leave."""
        file = self.catalogue.tree.root / "katas" / PRACTICE
        if kept := self.keep(file):
            self.say(f"{shown(file)} was there already; it is kept as {shown(kept)}.")
        atomic.write_text(file, entry.kata.broken.read_bytes())
        self.say(f"Something like it is broken in {shown(file)}.")
        while True:
            typed = self.read("Fix it and press Enter to check (e edits, s skips, q leaves): ")
            if typed in ("q", None):
                return False
            if typed == "s":
                return True
            if typed == "e":
                self.say(open_file(file))
                continue
            try:
                program = file.read_bytes()
            except OSError as problem:
                self.say(f"{told(problem)} Here it is again, from the start.")
                atomic.write_text(file, entry.kata.broken.read_bytes())
                continue
            with patience(self.say):
                found = judge.check(entry, program, shown(file))
            # The kata's name stays out of it until the end, and `kata check` knows another file.
            done = found.verdict == "solved"
            said = verdicts.verdict(found, entry, shown(file), name="practice", step=done)
            self.console.print(said, highlight=False)
            if done:
                self.say(f"It was {entry.id}: {entry.card.pitfall}.")
                return True

    def keep(self, file: Path) -> Path | None:
        """Keep an earlier practice file that somebody has worked on; where, or None."""
        try:
            text = file.read_bytes()
        except OSError:
            return None
        if any(text == entry.kata.broken.read_bytes() for entry in self.catalogue.entries):
            return None
        kept = self.catalogue.tree.private / "kept" / "practice" / f"{digest(text)}.py"
        atomic.write_text(kept, text)
        return kept
