"""`kata doctor`: one line for everything that a dojo depends on, with what to type where it fails.

It never imports torch itself, and nothing that it finds stops it.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

from torchkata import __version__
from torchkata.collection import content
from torchkata.collection.layout import Tree
from torchkata.dojo import doctor_dojo, probe
from torchkata.dojo.findings import Finding, Look
from torchkata.dojo.probe import Answer
from torchkata.judging import worker
from torchkata.system.fence import tier

COLUMNS = 80
SAMPLE = "π → é"  # what cards hold, and what not every encoding has


def examine(start: Path) -> Iterator[Finding]:
    """Look at everything, as it is for whoever stands in `start`; what takes long comes last."""
    tree = Tree.find(start)
    here = tree.root if tree is not None else start
    for look in (_python, _packages, _roads, _terminal, _git):
        yield from _guarded(look)
    torch = probe.ask(here)
    looks: list[Look] = [lambda: _torch(torch, here), lambda: _devices(torch)]
    for look in looks + doctor_dojo.looks(tree, here, usable=bool(torch.version)):
        yield from _guarded(look)


def isolation() -> str:
    """What stands between a program under check and everything else here."""
    return tier(forks=worker.can_fork())


def _guarded(look: Look) -> Iterator[Finding]:
    try:
        yield from look()
    except Exception as problem:  # the doctor outlives whatever it looks at
        said = f"could not be looked at: {type(problem).__name__}: {problem}"
        yield Finding("doctor", "wrong", said, "report this line to the authors")


def _python() -> Iterator[Finding]:
    system = f"{platform.system()} {platform.machine()}"
    yield Finding("python", "ok", f"{platform.python_version()} on {system}, {sys.executable}")


def _wanted() -> dict[str, Requirement]:
    """Our dependencies by name, as the installed metadata has them."""
    try:
        declared = map(Requirement, importlib.metadata.requires("torchkata") or [])
    except importlib.metadata.PackageNotFoundError:  # run from the sources, and not installed
        return {}
    return {one.name: one for one in declared if one.marker is None or one.marker.evaluate()}


def _packages() -> Iterator[Finding]:
    """All but torch, which is asked in a process of its own."""
    try:
        yield Finding("torchkata", "ok", f"{__version__}, katas from {content.installed().root}")
    except content.NoContent as problem:
        yield Finding("torchkata", "wrong", str(problem))
    there = []
    for name, wanted in _wanted().items():
        if name == "torch":
            continue
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, "wrong", "is not installed", _install(wanted))
            continue
        if wanted.specifier.contains(version, prereleases=True):
            there.append(f"{name} {version}")
        else:
            yield Finding(name, "wrong", f"{version}; wanted is {wanted.specifier}", _install(wanted))
    yield Finding("packages", "ok", ", ".join(there))


def _install(wanted: Requirement, *options: str) -> str:
    pip = "pip" if importlib.util.find_spec("pip") or not shutil.which("uv") else "uv pip"
    return " ".join([pip, "install", *options, shlex.quote(f"{wanted.name}{wanted.specifier}")])


def _torch(torch: Answer, here: Path) -> Iterator[Finding]:
    wanted = _wanted().get("torch", Requirement("torch"))
    origin = Path(torch.origin)
    shadow = torch.origin and origin in (here / "torch.py", here / "torch" / "__init__.py")
    if shadow:
        yield Finding("torch", "wrong", f"{origin} hides the real one", f"rename {origin}")
    elif torch.problem and not torch.origin:
        yield Finding("torch", "wrong", "is not installed", _install(wanted))
    elif torch.problem:
        said = f"{origin.parent} cannot be used: {torch.problem}"
        yield Finding("torch", "wrong", said, _install(wanted, "--force-reinstall"))
    elif not wanted.specifier.contains(torch.version, prereleases=True):
        said = f"{torch.version}; wanted is {wanted.specifier}"
        yield Finding("torch", "wrong", said, _install(wanted))
    else:
        yield Finding("torch", "ok", f"{torch.version}, built for {torch.build}")


def _devices(torch: probe.Answer) -> Iterator[Finding]:
    if not torch.version:
        return
    shown = ", ".join(torch.devices)
    if len(torch.devices) > 1 or not _has_nvidia():
        yield Finding("devices", "ok", shown)
    elif torch.build == "CPU":
        said = f"{shown}; there is a GPU, but this torch is built for the CPU alone"
        yield Finding("devices", "note", said, "https://pytorch.org/get-started")
    else:
        said = f"{shown}; torch is built for {torch.build}, but cannot use the GPU that is here"
        yield Finding("devices", "wrong", said, "compare with the driver's version in: nvidia-smi")


def _has_nvidia() -> bool:
    try:
        done = subprocess.run(["nvidia-smi", "-L"], capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and b"GPU" in done.stdout


def _roads() -> Iterator[Finding]:
    if worker.can_fork():
        yield Finding("checks", "ok", "by fork from a warm process: a fraction of a second each")
    elif os.environ.get("TORCHKATA_FORK") == "0":
        said = "a fresh process each, which takes seconds, because TORCHKATA_FORK is 0"
        yield Finding("checks", "note", said, "unset TORCHKATA_FORK")
    else:
        said = (
            f"a fresh process each, which takes seconds: torch does not survive a fork on {platform.system()}"
        )
        yield Finding("checks", "note", said)
    yield Finding("isolation", "ok", isolation())


def _terminal() -> Iterator[Finding]:
    encoding = sys.stdout.encoding or "unknown"
    columns = shutil.get_terminal_size().columns
    plain = "NO_COLOR" in os.environ or os.environ.get("TERM") in ("dumb", "unknown")
    color = "no color" if plain or not sys.stdout.isatty() else "color"
    kind = "a terminal" if sys.stdout.isatty() and sys.stdin.isatty() else "no terminal: no loop, one check"
    said = f"{kind}, {columns} columns, {color}, {encoding}"
    try:
        SAMPLE.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        fix = "set PYTHONUTF8=1" if os.name == "nt" else "export PYTHONUTF8=1"
        yield Finding("terminal", "note", f"{said}: some signs are written out in letters", fix)
        return
    if columns < COLUMNS and sys.stdout.isatty():
        yield Finding("terminal", "note", said, f"a window of {COLUMNS} columns")
    else:
        yield Finding("terminal", "ok", said)


def _git() -> Iterator[Finding]:
    try:
        done = subprocess.run(
            ["git", "--version"], capture_output=True, text=True, encoding="utf-8", timeout=10, check=True
        )
        yield Finding("git", "ok", done.stdout.strip().removeprefix("git version "))
    except (OSError, subprocess.SubprocessError):
        yield Finding("git", "ok", "none, and none is needed in a dojo")
