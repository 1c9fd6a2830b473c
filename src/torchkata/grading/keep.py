"""Finished checks, kept by all that a verdict depends on: a run that was cut short goes on where it was."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

import torchkata
from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Kata, Tree
from torchkata.grading.result import verdict_from
from torchkata.judging.verdict import Verdict
from torchkata.judging.worker import Limits
from torchkata.system import atomic


def default_folder() -> Path:
    """The grader's own cache: never in a submission, which could hold verdicts that somebody made up."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "torchkata" / "graded"


class Kept:
    """The verdicts in `folder`, of this engine on this device.

    folder: None for one that only tells keys
    place:  what verdicts depend on besides, where checks don't run here
    """

    def __init__(self, folder: Path | None, tree: Tree, device: str, limits: Limits, place: str = "") -> None:
        self.folder, self.tree, self.device, self.limits, self.place = folder, tree, device, limits, place
        self._of_kata: dict[str, bytes] = {}

    def get(self, kata: Kata, program: bytes) -> Verdict | None:
        kept = atomic.read_json(self._file(kata, program))
        try:
            return verdict_from(kept) if isinstance(kept, dict) else None
        except (KeyError, TypeError):
            return None

    def put(self, kata: Kata, program: bytes, verdict: Verdict) -> None:
        """What is our own fault may be another time's success, and isn't kept."""
        if verdict.verdict != "internal":
            with suppress(OSError):  # nothing is lost but time
                atomic.write_json(self._file(kata, program), asdict(verdict))

    def key(self, kata: Kata, program: bytes) -> str:
        """Digest of everything that the verdict on `program` depends on."""
        if kata.id not in self._of_kata:
            self._of_kata[kata.id] = hashlib.sha256(self._circumstances + _of_kata(kata)).digest()
        return hashlib.sha256(self._of_kata[kata.id] + program).hexdigest()

    def _file(self, kata: Kata, program: bytes) -> Path:
        assert self.folder is not None
        key = self.key(kata, program)
        return self.folder / key[:2] / f"{key[2:34]}.json"

    @cached_property
    def _circumstances(self) -> bytes:
        """Engine, torch and Python, device and limits; torch is asked without importing it."""
        spec = importlib.util.find_spec("torch")
        version = [Path(spec.origin).with_name("version.py")] if spec and spec.origin else []
        said = f"{platform.python_version()} {self.device} {self.limits} {self.place}"
        settings = [self.tree.root / "conftest.py", self.tree.root / "pyproject.toml"]
        return _digest([*_engine(), *settings, *version], said)


def content_digest(catalogue: Catalogue) -> str:
    """Of the engine and all katas: the same in a repository and from its wheel, on any Python and torch."""
    katas = b"".join(_of_kata(entry.kata) for entry in catalogue.entries)
    return hashlib.sha256(_digest(_engine()) + katas).hexdigest()


def _engine() -> list[Path]:
    """In a wheel the katas lie beside it, in `content/`; they are counted by themselves."""
    package = Path(torchkata.__file__).parent
    return sorted(file for file in package.rglob("*.py") if package / "content" not in file.parents)


def _of_kata(kata: Kata) -> bytes:
    return _digest((kata.card, kata.test, kata.broken, kata.fixed, *kata.rights, *kata.wrongs), kata.id)


def _digest(files: Iterable[Path], said: str = "") -> bytes:
    digest = hashlib.sha256(said.encode())
    for file in files:
        digest.update(_content(file))
    return digest.digest()


def _content(file: Path) -> bytes:
    """A digest, so that no two files can be told as one."""
    try:
        return hashlib.sha256(file.read_bytes()).digest()
    except OSError:
        return bytes(32)
