"""What the checking process tells the judge: JSON, a line a report, on a pipe of its own."""

from __future__ import annotations

import os
from json.encoder import encode_basestring_ascii
from typing import Any

# Bound before the program runs: it may delete or replace them, and the encoder of `json` with them.
_write, _exit, _getpid, _quoted = os.write, os._exit, os.getpid, encode_basestring_ascii
_isinstance, _repr, _str, _int, _float, _bool = isinstance, repr, str, int, float, bool
_list, _tuple, _dict = list, tuple, dict

FORKED = 71  # the exit status of a copy of the program that came to where only the original may speak


class Report:
    """Writes reports for the process that made it, and for none that it forks."""

    def __init__(self, pipe: int) -> None:
        self.pipe, self.owner = pipe, _getpid()

    def __call__(self, kind: str, **content: Any) -> None:
        if _getpid() != self.owner:
            _exit(FORKED)  # the program has forked: the copy runs on to here, and may not speak for it
        line = (encoded({"report": kind, **content}) + "\n").encode()
        while line:
            line = line[_write(self.pipe, line) :]

    def of_this_process(self) -> Report:
        return Report(self.pipe)


def encoded(value: Any) -> str:
    """Plain data as JSON, by nothing that a program could have put its own code into."""
    if value is None:
        return "null"
    if _isinstance(value, _bool):
        return "true" if value else "false"
    if _isinstance(value, _str):
        return _quoted(_str(value))
    if _isinstance(value, _int):
        return _int.__repr__(value)
    if _isinstance(value, _float):
        text = _float.__repr__(value)
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(text, text)
    if _isinstance(value, _list | _tuple):
        return f"[{', '.join([encoded(item) for item in value])}]"
    if _isinstance(value, _dict):
        return "{" + ", ".join([f"{_quoted(_str(k))}: {encoded(v)}" for k, v in value.items()]) + "}"
    return _quoted(f"<{_repr(type(value))}>")
