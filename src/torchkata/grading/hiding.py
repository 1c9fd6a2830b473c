"""What a submission may read: what Python and torch need, and itself. All else on the machine is hidden."""

from __future__ import annotations

import os
import site
import sys
from collections.abc import Iterable, Iterator, Set
from pathlib import Path

import torchkata
from torchkata.collection.layout import Tree

# Programs and their libraries, the kernel's own files, and what is asked for names, dates and hosts.
SYSTEM = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/proc",
    "/sys",
    "/dev",
    "/nix/store",
)
ETC = (
    *("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "mime.types", "ssl", "pki", "python3"),
    *("localtime", "timezone", "locale.alias", "locale.conf"),
    *("passwd", "group", "nsswitch.conf", "hosts", "host.conf", "gai.conf", "protocols", "services"),
)


def hidden(secret: Iterable[Path], tree: Tree) -> list[Path]:
    """Folders and files, as few as possible: each costs time in every check.

    secret: folders to be hidden wherever they are, as submissions from one another
    """
    needed = frozenset(_needed(tree))
    above = frozenset(parent for path in needed for parent in path.parents)
    found = [*_beside(Path("/"), needed, above)]
    for path in secret:
        found += _within(path.resolve(), needed, above, found)
    return list(dict.fromkeys(found))


def _needed(tree: Tree) -> Iterator[Path]:
    paths = [*SYSTEM, *(f"/etc/{name}" for name in ETC), sys.prefix, sys.base_prefix, sys.exec_prefix]
    # The first is the folder of whatever script called us, or where one stands.
    paths += [
        *filter(None, sys.path[0 if sys.flags.safe_path else 1 :]),
        *([site.getusersitepackages()] if site.ENABLE_USER_SITE else []),
    ]
    # Not the whole tree: next to the katas there may be a .git with a password in it.
    own = [tree.root / name for name in ("katas", "broken", "tests", "conftest.py", "pyproject.toml")]
    for path in (*map(Path, paths), Path(torchkata.__file__).parent, *own):
        if path.exists() and path.resolve() != Path("/"):
            yield path.resolve()


def _beside(folder: Path, needed: Set[Path], above: Set[Path]) -> Iterator[Path]:
    """All in `folder` but what is needed, and what leads there, which is `above` it."""
    for entry in _entries(folder):
        if entry in needed:
            continue
        if entry in above:
            yield from _beside(entry, needed, above)
        else:
            yield entry


def _within(secret: Path, needed: Set[Path], above: Set[Path], found: Iterable[Path]) -> Iterator[Path]:
    """What has to be hidden besides `found` for `secret` to be: where it's in the tree or holds a .venv."""
    if not secret.exists() or any(secret.is_relative_to(path) for path in found):
        return
    if secret in above:
        yield from (path for entry in _entries(secret) for path in _within(entry, needed, above, found))
    elif secret not in needed:
        yield secret


def _entries(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            # A link needs nothing: what counts is where it leads.
            return sorted(folder / entry.name for entry in entries if not entry.is_symlink())
    except OSError:
        return []
