"""A line that is typed key by key inside the loop: Esc leaves it, and a paste is text, however long it is."""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len

ENTER, ESCAPE, DELETE, CLEAR, END = "\r\n", "\x1b", "\x7f\x08", "\x15", "\x04"


class Line:
    """The terminal shows no key by itself while keys are commands, so this does.

    show: prints text as it is, without a newline
    done: called once, with the line; with None where it was left
    """

    def __init__(self, prompt: str, show: Callable[[str], None], done: Callable[[str | None], None]) -> None:
        self.prompt, self.show, self.done = prompt, show, done
        self.text = ""
        self.again()

    def again(self) -> None:
        """The prompt and what has been typed, as after something else was printed."""
        self.show(self.prompt + self.text)

    def key(self, char: str) -> bool:
        """Whether the line goes on."""
        if char in ENTER:
            return self._end(self.text)
        if char == ESCAPE or (char == END and not self.text):
            return self._end(None)
        if char in DELETE and self.text:
            self._rub_out(self.text[-1])
            self.text = self.text[:-1]
        elif char == CLEAR:
            self._rub_out(self.text)
            self.text = ""
        elif char.isprintable():
            self.text += char
            self.show(char)
        return True

    def paste(self, text: str) -> bool:
        """Whether the line goes on. Several lines are all that somebody wants to say; one may as well have
        been typed, by a quick hand or over a slow connection."""
        lines = text.splitlines()
        if len(lines) < 2:
            return all(self.key(char) for char in text if char != ESCAPE)
        self.show(f"({len(lines)} lines)")
        return self._end(self.text + text)

    def _end(self, text: str | None) -> bool:
        self.show("\n")
        self.done(text)
        return False

    def _rub_out(self, text: str) -> None:
        self.show("\b \b" * cell_len(text))
