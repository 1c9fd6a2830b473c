"""Say what takes so long, if it does: a terminal in which nothing happens looks like one that hangs."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SILENCE = 1.0  # seconds that a check takes without a word, at most
LOADING = "Checking. Loading torch takes a few seconds ..."


@contextmanager
def patience(say: Callable[[str], object], text: str = LOADING) -> Iterator[None]:
    """`say` the text if the inside takes more than a moment, and somebody sits in front of it."""
    timer = threading.Timer(SILENCE, say, [text])
    timer.daemon = True
    if sys.stderr.isatty():
        timer.start()
    try:
        yield
    finally:
        timer.cancel()
