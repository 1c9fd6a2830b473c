"""A folder from which torchkata is installed without a network: every wheel, for several systems and Pythons.

pip resolves for the machine that it runs on, so what is needed elsewhere is worked out here: the closure of
our own requirements, in the versions that are installed, with the markers of the other system.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from torchkata import __version__
from torchkata.collection import content
from torchkata.system import atomic

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
PYTHONS = (11, 14)  # the 3.x that there is a torch for
# system → platforms that its wheels may name, newest first; and what markers call it
SYSTEMS = {
    "linux": (("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"), "linux", "Linux"),
    "macos": (("macosx_14_0_arm64", "macosx_11_0_arm64"), "darwin", "Darwin"),
    "windows": (("win_amd64",), "win32", "Windows"),
}
GPU = re.compile(r"nvidia-|triton|cuda-")  # what torch for a GPU would add

INSTALL_SH = """\
#!/bin/sh
# Installs torchkata from this folder alone, into ./torchkata: no network is asked. sh {folder}/install.sh
set -e
kit=$(cd "$(dirname "$0")" && pwd)
for python in {pythons} python3; do
    "$python" -c 'import sys; sys.exit(not {first} <= sys.version_info[1] <= {last})' 2>/dev/null && break
    python=
done
[ -n "$python" ] || {{ echo "This needs Python {range}."; exit 1; }}
"$python" -m venv torchkata/.venv
torchkata/.venv/bin/python -m pip install --quiet --no-index --find-links "$kit/wheels" torchkata
torchkata/.venv/bin/kata init torchkata/dojo
echo "Now: cd torchkata/dojo && ../.venv/bin/kata"
"""

INSTALL_CMD = """\
@echo off
rem Installs torchkata from this folder alone, into .\\torchkata: no network is asked.
py -3 -c "import sys; sys.exit(not {first} <= sys.version_info[1] <= {last})" || goto python
py -3 -m venv torchkata\\.venv || exit /b 1
torchkata\\.venv\\Scripts\\python -m pip install --quiet --no-index --find-links "%~dp0wheels" torchkata
if errorlevel 1 exit /b 1
torchkata\\.venv\\Scripts\\kata init torchkata\\dojo || exit /b 1
echo Now: cd torchkata\\dojo, and then ..\\.venv\\Scripts\\kata
exit /b 0
:python
echo This needs Python {range}.
exit /b 1
"""


class KitError(ValueError):
    """A kit that can't be made; the message says why, and what to type instead."""


@dataclass(frozen=True)
class Target:
    """One system with one Python, 3.`minor`."""

    system: str
    minor: int

    @property
    def options(self) -> list[str]:
        """How pip is told to fetch for it."""
        platforms, *_ = SYSTEMS[self.system]
        abis = (f"cp3{self.minor}", "abi3", "none")
        found = [f"--platform={name}" for name in platforms] + [f"--abi={name}" for name in abis]
        return [*found, f"--python-version=3.{self.minor}", "--implementation=cp", "--only-binary=:all:"]

    @property
    def markers(self) -> dict[str, str]:
        _, platform, name = SYSTEMS[self.system]
        version = {"python_version": f"3.{self.minor}", "python_full_version": f"3.{self.minor}.0"}
        return {**version, "sys_platform": platform, "platform_system": name, "extra": ""} | {
            "os_name": "nt" if self.system == "windows" else "posix",
            "platform_machine": "arm64" if self.system == "macos" else "x86_64",
        }


def targets(systems: str, pythons: str) -> list[Target]:
    """From what is typed: `linux,macos` and `3.11-3.13`. Raises `KitError`."""
    names = systems.split(",")
    if unknown := [name for name in names if name not in SYSTEMS]:
        raise KitError(f"--for takes {', '.join(SYSTEMS)}, not {unknown[0]!r}")
    found = re.fullmatch(r"3\.(\d+)(?:-3\.(\d+))?", pythons)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not PYTHONS[0] <= first <= last <= PYTHONS[1]:
        raise KitError(f"--python takes 3.{PYTHONS[0]} to 3.{PYTHONS[1]}, as in 3.11-3.13; not {pythons!r}")
    return [Target(name, minor) for name in names for minor in range(first, last + 1)]


def closure(target: Target) -> list[str]:
    """All that torchkata needs there, without itself; pinned to what is installed and tested here."""
    found: dict[str, str] = {}
    waiting = ["torchkata"]
    while waiting:
        for text in _requires(waiting.pop()):
            wanted = Requirement(text)
            name = canonicalize_name(wanted.name)
            if name in found or GPU.match(name) or not _applies(wanted, target):
                continue
            found[name] = _pinned(wanted, target)
            waiting.append(name)
    return sorted(found.values())


def _requires(name: str) -> list[str]:
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:  # another system's alone, such as colorama
        return []


def _applies(wanted: Requirement, target: Target) -> bool:
    return wanted.marker is None or wanted.marker.evaluate(target.markers)


def _pinned(wanted: Requirement, target: Target) -> str:
    try:
        version = metadata.version(wanted.name)
    except metadata.PackageNotFoundError:
        return f"{wanted.name}{wanted.specifier}"
    public, _, _ = version.partition("+")
    # For Linux the index holds torch for a GPU under the plain version; elsewhere that one is for the CPU.
    cpu = "+cpu" if wanted.name == "torch" and target.system == "linux" else ""
    return f"{wanted.name}=={public}{cpu}"


def make(folder: Path, chosen: list[Target], say: Callable[[str], None]) -> None:
    """Fetch what is missing in `folder`, and write the scripts. Raises `KitError`."""
    wheels = folder / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    source = _source()
    if source is not None:
        _pip("wheel", "--no-deps", "--wheel-dir", str(wheels), str(source))
    else:
        _pip("download", "--no-deps", "--dest", str(wheels), f"torchkata=={__version__}")
    for target in chosen:
        wanted = closure(target)
        say(f"{target.system}, Python 3.{target.minor}: {len(wanted)} packages")
        more = ["--no-deps", f"--extra-index-url={CPU_INDEX}", *target.options]
        _pip("download", "--dest", str(wheels), *more, *wanted)
    called = folder.resolve().name
    for name, text in _scripts(called, chosen):
        atomic.write_text(folder / name, text)
    size = sum(file.stat().st_size for file in wheels.iterdir()) >> 20
    say(f"{folder}: {size} MiB. On each machine: sh {called}/install.sh, or {called}\\install.cmd")


def _source() -> Path | None:
    """The repository behind an editable installation, of which no index has a wheel."""
    root = content.installed().root
    return root if (root / "hatch_build.py").is_file() else None


def _scripts(name: str, chosen: list[Target]) -> Iterator[tuple[str, str]]:
    minors = sorted({target.minor for target in chosen})
    pythons = " ".join(f"python3.{minor}" for minor in reversed(minors))
    first, last = minors[0], minors[-1]
    several = f"3.{first} to 3.{last}" if first < last else f"3.{first}"
    words = {"folder": name, "pythons": pythons, "first": first, "last": last, "range": several}
    systems = {target.system for target in chosen}
    if systems & {"linux", "macos"}:
        yield "install.sh", INSTALL_SH.format(**words)
    if "windows" in systems:
        yield "install.cmd", INSTALL_CMD.format(**words).replace("\n", "\r\n")


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        reason = next((line for line in done.stderr.splitlines() if line.startswith("ERROR")), done.stderr)
        raise KitError(f"pip could not fetch everything: {reason.strip()}")
