"""Questions asked one after the other, by whole lines: they work where single keys do not."""

from __future__ import annotations

from rich.console import Console

from torchkata.collection.catalogue import Catalogue
from torchkata.learner.progress import Progress


class Dialog:
    """Asks questions, and remembers the answers."""

    def __init__(self, catalogue: Catalogue, console: Console) -> None:
        self.catalogue, self.console = catalogue, console
        self.progress = Progress(catalogue.tree)

    def read(self, prompt: str) -> str | None:
        """What was typed, in lower case; None at the end of the input, or for an interrupt."""
        try:
            return self.console.input(prompt, markup=False).strip().lower()
        except (EOFError, KeyboardInterrupt):
            self.console.print()  # the cursor is still behind the prompt
            return None

    def say(self, text: str) -> None:
        self.console.print(text, markup=False, highlight=False)
