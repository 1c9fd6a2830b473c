"""Paths as people read them."""

from __future__ import annotations

from pathlib import Path


def shown(file: Path) -> Path:
    """A path as the person would type it from where they stand."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file
