"""Standard output that says which test was running when a program printed."""

from __future__ import annotations

import io
import sys


class Told(io.TextIOWrapper):
    """As any standard output; before the first line that is printed during a test stands its sentence."""

    heading = ""

    def write(self, text: str) -> int:
        if self.heading and text.strip():
            heading, self.heading = self.heading, ""
            super().write(f"-- {heading}\n")
        return super().write(text)


def instead_of_stdout() -> Told:
    """Put it in the place of `sys.stdout`; the original stays open as `sys.__stdout__`."""
    sys.stdout.flush()
    # Not by its buffer, which remembers whether what stood there before could be searched.
    told = Told(open(1, "wb", closefd=False), encoding="utf-8", errors="backslashreplace")  # noqa: SIM115
    sys.stdout = told
    return told
