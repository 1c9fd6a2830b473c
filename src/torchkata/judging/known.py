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

TRIES = 3  # how often a known wrong fix is run that a limit has stopped

# A signature is made of what these say.
ENGINE = (
    "checks.py",
    "gradients.py",
    "judging/diagnose.py",
    "judging/inside/describe.py",
    "judging/inside/direct.py",
    "judging/inside/run.py",
    "testing/project.py",
    "testing/restore.py",
)


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
        self._comparisons: dict[str, dict[str, int]] = {}
        self._runs: dict[Path, Run] = {}

    def of(self, kata: Kata, circumstances: list[str]) -> Known:
        """All that could be taken. One that a limit stopped says how busy the machine is, and not how
        the fix fails: it is taken again, and left out where that doesn't help."""
        if kata.id in self._found:
            return self._found[kata.id]
        signatures = self._signatures(kata, circumstances)
        known = {
            wrong.stem: (signatures[wrong.stem], explanation(wrong))
            for wrong in kata.wrongs
            if wrong.stem in signatures
        }
        if len(known) == len(kata.wrongs):
            self._found[kata.id] = known
        return known

    def comparisons(self, kata: Kata, circumstances: list[str]) -> dict[str, int]:
        """Test → the least number of comparisons that a right fix has it make.

        All of them where every right fix has the same number, which is then a matter of the test alone;
        else one. Empty where it could not be found out.
        """
        if kata.id not in self._comparisons:
            programs = [file for file in (kata.fixed, *kata.rights) if file.is_file()]
            if not programs:  # a dojo for a class
                return {}
            cache = self.folder / f"{_key(kata, circumstances, programs)}.json"
            kept = atomic.read_json(cache)
            if not _are_counts(kept):
                runs = {program: self._run(kata, program) for program in programs}
                if any(run.ended for run in runs.values()):
                    return {}
                kept = _least([diagnose.comparisons(run) for run in runs.values()])
                self._runs |= runs
                if self.is_current():
                    with suppress(OSError):
                        atomic.write_json(cache, kept)
            self._comparisons[kata.id] = kept
        return self._comparisons[kata.id]

    def take(self, wrong: Path) -> Run | None:
        """The run that a signature has just been made of, once: whoever judges that file need not
        run it a second time."""
        return self._runs.pop(wrong, None)

    def _signatures(self, kata: Kata, circumstances: list[str]) -> dict[str, Signature]:
        cache = self.folder / f"{_key(kata, circumstances, kata.wrongs)}.json"
        kept = atomic.read_json(cache)
        if _are_signatures(kept) and set(kept) == {wrong.stem for wrong in kata.wrongs}:
            return dict(kept)
        runs = {wrong: run for wrong in kata.wrongs if not (run := self._run(kata, wrong)).ended}
        fresh: dict[str, Any] = {wrong.stem: diagnose.signature(run) for wrong, run in runs.items()}
        self._runs |= runs
        # What was collected before a test was edited would be kept under the name of the edited one.
        if len(fresh) == len(kata.wrongs) and self.is_current():
            with suppress(OSError):  # nothing is lost but time
                atomic.write_json(cache, fresh)
        return fresh

    def _run(self, kata: Kata, wrong: Path) -> Run:
        for _ in range(TRIES):
            run = self.run(kata, wrong)
            if not run.ended:
                break
        return run


def _key(kata: Kata, circumstances: list[str], programs: list[Path]) -> str:
    """Everything that a run of `programs` depends on."""
    engine = Path(torchkata.__file__).parent
    digest = hashlib.sha256("\0".join(circumstances).encode())
    for file in (kata.test, *programs, *(engine / name for name in ENGINE)):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:32]


def _are_signatures(kept: Any) -> bool:
    """Whether a cache file holds what was written into it: name → test → observation."""
    return isinstance(kept, dict) and all(
        isinstance(tests, dict) and all(isinstance(seen, dict) for seen in tests.values())
        for tests in kept.values()
    )


def _least(counts: list[dict[str, int]]) -> dict[str, int]:
    found = {}
    for test, number in counts[0].items():
        others = [count.get(test, 0) for count in counts]
        found[test] = number if set(others) == {number} else min(1, *others)
    return found


def _are_counts(kept: Any) -> bool:
    return isinstance(kept, dict) and all(type(count) is int for count in kept.values())
