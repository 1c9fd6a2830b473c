"""What torch is here, asked in a process of its own: `python -m torchkata.dojo.probe` prints it as JSON.

A torch that is broken, or that a file called torch.py hides, then costs the doctor no more than a line.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torchkata.judging.worker import environment

TIMEOUT = 300.0  # seconds for importing torch on a cold, busy machine


@dataclass(frozen=True)
class Answer:
    """version: "" where torch could not be used; then `problem` says why, and `origin` where it lies.

    build:   what it was made for: "CPU", "CUDA 12.8", "ROCm 6.4"
    devices: what it can use here, "cpu" first
    """

    version: str = ""
    origin: str = ""
    build: str = ""
    devices: list[str] = field(default_factory=list)
    problem: str = ""


def ask(folder: Path) -> Answer:
    """Ask as the checks would: from `folder`, whose files come first on the path."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "torchkata.dojo.probe"],
            cwd=folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Answer(problem=f"importing torch took more than {TIMEOUT:.0f} seconds")
    except OSError as problem:
        return Answer(problem=f"{sys.executable} could not be started: {problem.strerror}")
    said: dict[str, Any] = {}
    for line in done.stdout.splitlines():
        if line.startswith('{"origin"'):  # the later line says more; there is none if importing it failed
            said = json.loads(line)
    if done.returncode == 0 and said:
        return Answer(**said)
    last = (done.stderr.strip().splitlines() or [f"the process ended with status {done.returncode}"])[-1]
    return Answer(origin=said.get("origin", ""), problem=last)


def main() -> None:
    """Say where torch lies before importing it: the import may end this process."""
    try:
        found = importlib.util.find_spec("torch")
    except ValueError:
        found = None
    said = {"origin": str(found.origin) if found is not None and found.origin else ""}
    print(json.dumps(said), flush=True)
    warnings.simplefilter("ignore")
    import torch

    torch.ones(2, requires_grad=True).sum().backward()  # type: ignore[no-untyped-call]
    build = f"CUDA {torch.version.cuda}" if torch.version.cuda else "CPU"
    if torch.version.hip:
        build = f"ROCm {torch.version.hip}"
    usable = ["cpu"]
    if torch.cuda.is_available():
        usable += [f"cuda:{n} {torch.cuda.get_device_name(n)}" for n in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        usable.append("mps")
    print(json.dumps(said | {"version": torch.__version__, "build": build, "devices": usable}))


if __name__ == "__main__":
    main()
