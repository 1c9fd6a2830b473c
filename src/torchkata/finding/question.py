"""What somebody typed or pasted, reduced to what can be searched for."""

from __future__ import annotations

import re
from dataclasses import dataclass

# The line that names an error or a warning, with what logs and launchers put in front of it.
RAISED = re.compile(
    r"^\s*(?:E\s+)?(?:\[?rank\s?\d+\]?:\s*)?(?:\S+:\d+:\s*)?"
    r"(?P<kind>(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Warning|Exception|Interrupt|Iteration))(?::\s*(?P<message>.*))?$"
)
FRAME = re.compile(
    r'^\s*(?:\[?rank\s?\d+\]?:\s*)?File "(?P<file>[^"]*)", line \d+(?:, in (?P<function>\S+))?'
)
ARROW = re.compile(r"^\s*-+>\s*\d+\s(?P<code>.*)")  # how notebooks mark the line of a frame
CALLED = re.compile(r"[A-Za-z_][\w.]*(?=\()")
COLORS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
FOLLOWING = 6  # lines of a message behind its first one
LONGEST = 100_000  # characters: a log may be of any length, and the error is at its end


@dataclass(frozen=True)
class Question:
    """text:  what to search everywhere
    core:  the part of it that a kata should have in common: of an error its first sentence, for what
           follows is about one program's sizes and names
    names: what a traceback calls, to search among the APIs that a kata's program uses
    error: the line of a pasted text that was taken for its error, or empty
    """

    text: str
    core: str
    names: str = ""
    error: str = ""


def question(typed: str) -> Question:
    """One line is searched as it is, without the class of its error. Of several, the last error or warning
    is, and the names that are called on the way there; without either, all that there is."""
    lines = COLORS.sub("", typed[-LONGEST:]).strip().splitlines()
    raised = [number for number, line in enumerate(lines) if RAISED.match(line)]
    # A warning may come after the error that it is about, as when an interpreter shuts down.
    errors = [number for number in raised if "Warning" not in lines[number].partition(": ")[0]]
    if not raised:
        return Question(" ".join(lines), " ".join(lines))
    at = (errors or raised)[-1]
    found = RAISED.match(lines[at])
    assert found is not None
    message = " ".join(" ".join([found["message"] or "", *_continued(lines[at + 1 :])]).split())
    text = message or found["kind"]
    core = text.split(". ")[0]
    if len(lines) == 1:
        return Question(text, core)
    return Question(text, core, " ".join(_called(lines[:at])), f"{found['kind']}: {message}".rstrip(": "))


def _continued(lines: list[str]) -> list[str]:
    """The further lines of a message: down to an empty one, a frame, or the next error."""
    found: list[str] = []
    for line in lines[:FOLLOWING]:
        if not line.strip() or FRAME.match(line) or RAISED.match(line) or line.startswith("Traceback"):
            break
        found.append(line)
    return found


def _called(lines: list[str]) -> list[str]:
    """What the frames call: of the caller's own code the names in it, of torch's the function."""
    found: list[str] = []
    frame = None
    for line in lines:
        arrow = ARROW.match(line)
        if arrow:
            found += CALLED.findall(arrow["code"])
        elif frame is not None and not _of_torch(frame["file"]):
            found += CALLED.findall(line)
        frame = FRAME.match(line)
        if frame is not None and _of_torch(frame["file"]):
            found.append(frame["function"] or "")
    return list(dict.fromkeys(found))


def _of_torch(file: str) -> bool:
    return re.search(r"[/\\]torch[/\\]", file) is not None
