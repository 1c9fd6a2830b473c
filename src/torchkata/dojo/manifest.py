"""What torchkata wrote into a dojo, by digest: what differs from it is somebody's work."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from torchkata import __version__
from torchkata.dojo.settings import SETTINGS
from torchkata.system import atomic

SCHEMA = "kata-dojo/1"


class DojoError(ValueError):
    """A dojo cannot be written or renewed here; the message says why, and what to type instead."""


def location(root: Path) -> Path:
    return root / ".kata" / "manifest.json"


def find(start: Path) -> Path | None:
    """The nearest dojo at or above `start` that `kata init` made, or None."""
    start = start.resolve()
    return next((folder for folder in (start, *start.parents) if location(folder).is_file()), None)


def read(root: Path) -> dict[str, str]:
    """Path → digest of what was written last. Raises `DojoError`, also where a newer torchkata wrote it."""
    said = _load(root)
    version, files = str(said.get("torchkata", "")), said.get("files")
    if said and (said.get("schema") != SCHEMA or _numbers(version) > _numbers(__version__)):
        raise DojoError(
            f"{root} was written by torchkata {version}, which is newer than this one ({__version__}); "
            "renew this one: pip install --upgrade torchkata"
        )
    return {str(path): str(digest) for path, digest in files.items()} if isinstance(files, dict) else {}


def write(root: Path, files: dict[str, str], *, for_class: bool = False) -> None:
    said = {"schema": SCHEMA, "torchkata": __version__, "files": files}
    atomic.write_json(location(root), said | ({"for_class": True} if for_class else {}))


def is_for_class(root: Path) -> bool:
    """Whether the dojo was written without its answers, and is to stay that way. Raises `DojoError`."""
    return _load(root).get("for_class") is True


def version(root: Path) -> str:
    """The torchkata that wrote the dojo last, or "" where that is not known. Raises `DojoError`."""
    return str(_load(root).get("torchkata", ""))


def differing(root: Path) -> list[str]:
    """The katas' files that are no longer as they were written. Raises `DojoError`."""
    return [
        path
        for path, written in read(root).items()
        if path not in SETTINGS and digest(bytes_of(root / path)) != written
    ]


def bytes_of(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def digest(found: bytes | None) -> str:
    """Of the text, whatever its line ends: git on Windows writes its own into every file."""
    return "" if found is None else hashlib.sha256(found.replace(b"\r\n", b"\n")).hexdigest()


def _load(root: Path) -> dict[str, Any]:
    """Empty where there is none. Raises `DojoError` for one that is corrupt: whether answers belong in
    this dojo is written there alone."""
    file = location(root)
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        said = None
    if isinstance(said, dict) and said:
        return said
    raise DojoError(
        f"{file} can't be read, so nothing was changed. If this dojo is under git: "
        "git checkout -- .kata/manifest.json. Otherwise take your work to a new dojo: kata export work.zip; "
        "kata init DIR (for a class, with --for-class); and in it: kata import work.zip"
    )


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)[:3]]
