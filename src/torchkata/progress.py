"""What this learner has done: one append-only file, from which everything else is derived."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from torchkata import state
from torchkata.layout import Kata, Tree

SCHEMA = "kata-history/1"
State = Literal["new", "started", "solved"]


class Progress:
    """The history in `.kata/history.jsonl`, and the copies kept before anything is overwritten."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.file = tree.private / "history.jsonl"
        self.damaged = 0

    def record(self, kata: Kata, event: str, **content: Any) -> None:
        line = {"schema": SCHEMA, "at": round(time.time(), 3), "kata": kata.id, "event": event, **content}
        state.append_line(self.file, json.dumps(line, ensure_ascii=False))

    def events(self) -> Iterator[dict[str, Any]]:
        """Every event that can be read, oldest first; `damaged` counts the lines that cannot.

        A damaged line stays in the file: a newer version may read it.
        """
        self.damaged = 0
        try:
            lines = self.file.read_bytes().splitlines()
        except FileNotFoundError:
            return
        for line in lines:
            try:
                event = json.loads(line)
                if event["schema"] != SCHEMA or not isinstance(event["kata"], str):
                    raise ValueError("another schema")
            except (ValueError, KeyError, TypeError):
                self.damaged += bool(line.strip())
                continue
            yield event

    def states(self) -> dict[str, State]:
        """`solved` or `started` by id; whoever is not in it is new. A reset makes a kata unsolved again."""
        found: dict[str, State] = {}
        for event in self.events():
            name, what = event["kata"], event.get("event")
            if what == "verdict" and event.get("verdict") == "solved":
                found[name] = "solved"
            elif what == "reset":
                found[name] = "started"
            elif what in ("start", "verdict"):
                found.setdefault(name, "started")
        # A copy is a beginning, even where the history was lost.
        for kata in self.tree.katas():
            if kata.copy.is_file():
                found.setdefault(kata.id, "started")
        return found

    def state(self, kata: Kata) -> State:
        return self.states().get(kata.id, "new")

    def hints(self, kata: Kata) -> int:
        """How many hints were taken since the kata was last reset."""
        taken = 0
        for event in self.events():
            if event["kata"] == kata.id:
                taken = 0 if event.get("event") == "reset" else taken + (event.get("event") == "hint")
        return taken

    def prediction(self, kata: Kata) -> str:
        """The learner's last answer to Predict; empty where there is none, or it was skipped."""
        answers = [
            e.get("answer", "") for e in self.events() if e["kata"] == kata.id and e["event"] == "prediction"
        ]
        return str(answers[-1]) if answers else ""

    def predicted(self, kata: Kata) -> bool:
        """Whether the question was put already, or came too late to be put."""
        asked = ("prediction", "verdict")
        return any(event["kata"] == kata.id and event["event"] in asked for event in self.events())

    def keep(self, kata: Kata) -> Path | None:
        """Copy the learner's file to `.kata/kept/` before something overwrites it; say where it went.

        The name holds the content's hash: the same content is kept once. None if there is no file.
        """
        if not kata.copy.is_file():
            return None
        content = kata.copy.read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:12]
        folder = self.tree.private / "kept" / kata.track / kata.name
        for kept in folder.glob(f"*-{digest}.py"):
            return kept
        kept = folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{digest}.py"
        state.write_text(kept, content)
        return kept
