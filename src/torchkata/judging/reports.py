"""Reports as the judge takes them. Anything may stand on their pipe: the program can write to it too."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

LIMIT = 8_000_000  # bytes of reports; ours are some kilobytes
LINES = 10_000
WORDS = 8_000  # characters of one text


def parsed(said: bytes) -> list[dict[str, Any]]:
    """Every whole line that is a report, and of it what is of the right kind."""
    reports = []
    for line in islice(said.decode("utf-8", errors="replace").splitlines(), LINES):
        try:
            said_there = json.loads(line)
            if isinstance(said_there, dict):
                report = {key: _cut(value) for key, value in said_there.items() if _is_sound(key, value)}
                if "report" in report and ("name" in report or report["report"] != "test"):
                    reports.append(report)
        except (ValueError, RecursionError):  # no JSON, or nested deeper than anything of ours
            continue
    return reports


def is_last(said: bytearray) -> bool:
    """Whether what was said so far closes with the child's last report, whole."""
    return said.endswith(b"\n") and said.rfind(b'{"report": "end"', said.rfind(b"\n", 0, -1) + 1) >= 0


def _is_sound(key: str, value: object) -> bool:
    if key in ("report", "name", "outcome", "class", "message", "function"):
        return isinstance(value, str)
    if key in ("line", "rtol", "atol", "comparisons"):
        # An int may be larger than any index, and than any float.
        small = isinstance(value, int) and 0 <= value < 1 << 31
        return small or (isinstance(value, float) and key not in ("line", "comparisons"))
    if key == "used":
        return isinstance(value, float) and 0 <= value < 1e9
    if key in ("tampered", "calls"):
        return isinstance(value, list) and all(isinstance(name, str) for name in value)
    return key == "got"


def _cut(value: Any) -> Any:
    """No text is longer than anybody reads, and each can be printed: half a surrogate pair cannot."""
    if isinstance(value, list):
        return [_cut(item) for item in value]
    if not isinstance(value, str):
        return value
    return value[:WORDS].encode(errors="backslashreplace").decode()
