"""Which functions of a project a test calls."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from torchkata.testing.project import OFFSETS


@contextmanager
def watched(found: set[str]) -> Iterator[None]:
    """Put into `found` what the block calls, as `module.Class.function`; a function in another counts as the
    outer one."""

    def look(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename in OFFSETS:
            outer = code.co_qualname.partition(".<locals>")[0]
            found.add(f"{Path(code.co_filename).stem}.{outer}")

    threading.setprofile(look)
    sys.setprofile(look)
    try:
        yield
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
