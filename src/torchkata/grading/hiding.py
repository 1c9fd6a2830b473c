"""What a submission may read: what Python and torch need, and itself. All else on the machine is hidden."""

from __future__ import annotations

import site
import sys
from collections.abc import Iterable, Iterator, Sequence
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
    needed = list(_needed(tree))
    found = [*_beside(Path("/"), needed)]
    for path in secret:
        found += _within(path.resolve(), needed, found)
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


def _beside(folder: Path, needed: Sequence[Path]) -> Iterator[Path]:
    """All in `folder` but what is needed, and what leads there."""
    for entry in _entries(folder):
        if any(entry == path or entry.is_relative_to(path) for path in needed):
            continue
        if _holds(entry, needed):
            yield from _beside(entry, needed)
        else:
            yield entry


def _within(secret: Path, needed: Sequence[Path], found: Iterable[Path]) -> Iterator[Path]:
    """What has to be hidden besides `found` for `secret` to be: where it's in the tree or holds a .venv."""
    if not secret.exists() or any(secret.is_relative_to(path) for path in found):
        return
    if _holds(secret, needed):
        yield from (path for entry in _entries(secret) for path in _within(entry, needed, found))
    elif secret not in needed:
        yield secret


def _holds(folder: Path, needed: Sequence[Path]) -> bool:
    return any(path != folder and path.is_relative_to(folder) for path in needed)


def _entries(folder: Path) -> list[Path]:
    try:
        # A link needs nothing: what counts is where it leads.
        return [entry for entry in sorted(folder.iterdir()) if not entry.is_symlink()]
    except OSError:
        return []
