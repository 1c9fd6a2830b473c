"""The learner's session: one kata after another, check by check, until the learner leaves."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from torchkata import screen, workspace
from torchkata.catalogue import Catalogue, Entry
from torchkata.devices import missing_need
from torchkata.judge import Judge
from torchkata.progress import Progress
from torchkata.verdict import Verdict

KEYS = "Enter check · h hint · s card again · d difference (once solved) · n next · l list · x reset · q quit"


class Session:
    """A dojo open on one kata at a time. Warm from the start, so that only the first check waits."""

    def __init__(self, catalogue: Catalogue, console: Console) -> None:
        self.catalogue, self.console = catalogue, console
        self.progress = Progress(catalogue.tree)

    def following(self, after: Entry | None = None) -> Entry | None:
        """The next unsolved kata behind `after`, in learning order, else the first unsolved one."""
        states = self.progress.states()
        entries = self.catalogue.entries
        start = entries.index(after) + 1 if after is not None else 0
        unsolved = [
            e
            for e in entries[start:] + entries[:start]
            if states.get(e.id) != "solved" and e is not after and not missing_need(list(e.card.needs), "cpu")
        ]
        return unsolved[0] if unsolved else None

    def once(self) -> int:
        """Check the current kata a single time, for pipes and scripts. 0 unless the fault is ours."""
        entry = self.following()
        if entry is None:
            self.console.print("All katas are solved. `kata list` shows them.")
            return 0
        with Judge(self.catalogue.tree, [entry.kata]) as judge:
            self.open(entry)
            found = self.check(judge, entry)
        if found.verdict == "solved":
            following = self.following()
            step = f"kata start {following.id}" if following else "kata list"
            self.console.print(f"Next: {step}", highlight=False)
        return 1 if found.verdict == "internal" else 0

    def run(self) -> int:
        """The session at a terminal."""
        entry = self.following()
        with Judge(self.catalogue.tree, [e.kata for e in self.catalogue.entries]) as judge:
            while entry is not None:
                self.open(entry)
                self.console.print(screen.card(entry, solved=False))
                entry = self.stay(judge, entry)
            else:
                if self.following() is None:
                    self.console.print("All katas are solved. `kata list` shows them.")
        return 0

    def stay(self, judge: Judge, entry: Entry) -> Entry | None:
        """Serve this kata until the learner moves on; None when they leave."""
        while True:
            self.console.print(f"\n{self.where(entry)}   {KEYS}", style="dim", highlight=False, markup=False)
            try:
                key = input("> ").strip().lower()[:1]
            except (EOFError, KeyboardInterrupt):
                return None
            if key == "q":
                return None
            if key == "n":
                return self.following(entry) or entry
            self.answer(key, judge, entry)

    def answer(self, key: str, judge: Judge, entry: Entry) -> None:
        solved = self.progress.state(entry.kata) == "solved"
        if key == "":
            found = self.check(judge, entry)
            if found.verdict == "solved":
                self.console.print(workspace.differences(entry))
                self.console.print(screen.card(entry, solved=True))
        elif key == "h":
            self.console.print(workspace.hint(entry, self.progress))
        elif key == "s":
            self.console.print(screen.card(entry, solved=solved))
        elif key == "d" and solved:
            self.console.print(workspace.differences(entry))
        elif key == "l":
            self.console.print(screen.katas(self.catalogue.entries, self.progress.states(), pitfalls=False))
        elif key == "x":
            self.console.print(workspace.reset(entry, self.progress), highlight=False)
        else:
            self.console.print("That key does nothing here.")

    def open(self, entry: Entry) -> None:
        done = sum(s == "solved" for s in self.progress.states().values())
        total = len(self.catalogue.entries)
        self.console.rule(f"{entry.id}   {done} of {total} solved", align="left", characters="-")
        self.console.print(workspace.start(entry, self.progress), highlight=False)

    def check(self, judge: Judge, entry: Entry) -> Verdict:
        return workspace.check(judge, entry, self.progress, self.console)

    def where(self, entry: Entry) -> Path:
        return workspace.shown(entry.kata.copy)
