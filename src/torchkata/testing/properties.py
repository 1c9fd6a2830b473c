"""What a JUnit file says of each test of a kata: kata, pitfall, device, verdict, and the line it leads to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from torchkata.collection.layout import Kata

# By whether the test is about broken/, and whether it passed.
VERDICTS = {
    (False, True): "correct",
    (False, False): "wrong",
    (True, True): "pitfall",
    (True, False): "healed",
}


def known(kata: Kata, meta: dict[str, Any], device: str) -> list[tuple[str, object]]:
    """What is so before the test runs."""
    return [("kata", kata.id), ("pitfall", str(meta.get("pitfall", ""))), ("device", device)]


def found(item: pytest.Item, call: pytest.CallInfo[None], program: Path) -> list[tuple[str, object]]:
    """What is so once it has run, or once it can't be run."""
    about_broken = "broken" in getattr(item, "fixturenames", ())
    if call.excinfo is None:
        return [("verdict", VERDICTS[about_broken, True])]
    if call.excinfo.errisinstance(pytest.skip.Exception):
        return [("verdict", "unavailable")]
    said: list[tuple[str, object]] = [("verdict", VERDICTS[about_broken, False])]
    if program.is_relative_to(item.config.rootpath):
        said.append(("program", program.relative_to(item.config.rootpath).as_posix()))
        lines = [
            entry.lineno + 1
            for entry in call.excinfo.traceback
            if Path(entry.path).parts[-2:] == program.parts[-2:]  # it may be a copy
        ]
        said += [("line", lines[-1])] if lines else []
    return said
