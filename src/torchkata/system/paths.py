"""Paths as people read them."""

from __future__ import annotations

import shutil
from pathlib import Path


def shown(file: Path) -> Path:
    """A path as the person would type it from where they stand."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file


def way_back(root: Path) -> str:
    """How to come back to the loop: `make kata` leaves no `kata` in the shell that called it."""
    if shutil.which("kata"):
        return "`kata` picks up here."
    if (root / "Makefile").is_file():
        return "`make kata` picks up here. To type `kata` yourself, first: . .venv/bin/activate"
    return "`python -m torchkata` picks up here."
