"""Finished checks, kept by all that a verdict depends on: a run that was cut short goes on where it was."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import sys
from contextlib import suppress
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

import torchkata
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
    """The verdicts in `folder`, of this engine on this device."""

    def __init__(self, folder: Path, tree: Tree, device: str, limits: Limits) -> None:
        self.folder, self.tree, self.device, self.limits = folder, tree, device, limits
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
            digest = hashlib.sha256(self._circumstances + kata.id.encode())
            for file in (kata.card, kata.test, kata.broken, kata.fixed, *kata.rights, *kata.wrongs):
                digest.update(_content(file))
            self._of_kata[kata.id] = digest.digest()
        return hashlib.sha256(self._of_kata[kata.id] + program).hexdigest()

    def _file(self, kata: Kata, program: bytes) -> Path:
        key = self.key(kata, program)
        return self.folder / key[:2] / f"{key[2:34]}.json"

    @cached_property
    def _circumstances(self) -> bytes:
        """Engine, torch and Python, device and limits; torch is asked without importing it."""
        spec = importlib.util.find_spec("torch")
        files = sorted(Path(torchkata.__file__).parent.rglob("*.py"))
        files += [self.tree.root / "conftest.py", self.tree.root / "pyproject.toml"]
        files += [Path(spec.origin).with_name("version.py")] if spec and spec.origin else []
        digest = hashlib.sha256(f"{platform.python_version()} {self.device} {self.limits}".encode())
        for file in files:
            digest.update(_content(file))
        return digest.digest()


def _content(file: Path) -> bytes:
    """A digest, so that no two files can be told as one."""
    try:
        return hashlib.sha256(file.read_bytes()).digest()
    except OSError:
        return bytes(32)
