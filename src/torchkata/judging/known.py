"""How the known wrong fixes of a kata fail: run once through the worker, then kept on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import torchkata
from torchkata.collection.layout import Kata
from torchkata.collection.starting import explanation
from torchkata.judging import diagnose
from torchkata.judging.diagnose import Signature
from torchkata.judging.worker import Run
from torchkata.system import atomic

# Name of a `wrong_*` file → how it fails, and why it is wrong.
Known = dict[str, tuple[Signature, str]]

# A signature is made of what these say.
ENGINE = ("checks.py", "gradients.py", "judging/inside/run.py", "judging/diagnose.py")


class KnownFixes:
    """The signatures, which no program may read; so the judge holds them, and never the worker.

    folder:     where they are kept, one file a kata and circumstance
    run:        runs one `wrong_*` file
    is_current: whether the worker still has the tests that are on disk
    """

    def __init__(
        self, folder: Path, run: Callable[[Kata, Path], Run], is_current: Callable[[], bool]
    ) -> None:
        self.folder, self.run, self.is_current = folder, run, is_current
        self._found: dict[str, Known] = {}

    def of(self, kata: Kata, circumstances: list[str]) -> Known:
        if kata.id not in self._found:
            signatures = self._signatures(kata, circumstances)
            self._found[kata.id] = {
                wrong.stem: (signatures[wrong.stem], explanation(wrong)) for wrong in kata.wrongs
            }
        return self._found[kata.id]

    def _signatures(self, kata: Kata, circumstances: list[str]) -> dict[str, Signature]:
        cache = self.folder / f"{_key(kata, circumstances)}.json"
        kept = atomic.read_json(cache)
        if _are_signatures(kept) and set(kept) == {wrong.stem for wrong in kata.wrongs}:
            return dict(kept)
        runs = {wrong.stem: self.run(kata, wrong) for wrong in kata.wrongs}
        fresh: dict[str, Any] = {name: diagnose.signature(run) for name, run in runs.items()}
        # One that was stopped tells of a busy machine, and not of how the fix fails; and what was
        # collected before a test was edited would be kept under the name of the edited one.
        if not any(run.ended for run in runs.values()) and self.is_current():
            with suppress(OSError):  # nothing is lost but time
                atomic.write_json(cache, fresh)
        return fresh


def _key(kata: Kata, circumstances: list[str]) -> str:
    """Everything that a signature depends on."""
    engine = Path(torchkata.__file__).parent
    digest = hashlib.sha256("\0".join(circumstances).encode())
    for file in (kata.test, *kata.wrongs, *(engine / name for name in ENGINE)):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:32]


def _are_signatures(kept: Any) -> bool:
    """Whether a cache file holds what was written into it: name → test → observation."""
    return isinstance(kept, dict) and all(
        isinstance(tests, dict) and all(isinstance(seen, dict) for seen in tests.values())
        for tests in kept.values()
    )
