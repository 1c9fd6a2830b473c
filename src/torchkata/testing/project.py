"""A project of several files, made into modules from texts in memory: for programs that are bundles of one.

The modules import one another by plain name, as in their own folder, and tracebacks show their own files.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import linecache
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import CodeType, ModuleType

# File of a project, as its frames name it → how many lines of the bundle come before its first.
OFFSETS: dict[str, int] = {}


class _Source(importlib.abc.InspectLoader):
    """One module, from its text."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text

    def get_source(self, fullname: str) -> str:
        return self.text

    def get_code(self, fullname: str) -> CodeType:
        return _compiled(self.text, self.file)

    def is_package(self, fullname: str) -> bool:
        return False

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = os.path.abspath(self.file)
        exec(_compiled(self.text, self.file), vars(module))


class _Finder(importlib.abc.MetaPathFinder):
    """Answers for the names of one project at a time, before anybody else does."""

    def __init__(self) -> None:
        self.sources: dict[str, _Source] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if path is not None or fullname not in self.sources:
            return None
        return importlib.util.spec_from_loader(fullname, self.sources[fullname])


FINDER = _Finder()


def load(
    texts: Mapping[str, tuple[int, str]], wanted: Iterable[str], folder: str = ""
) -> dict[str, ModuleType]:
    """The modules `wanted`, executed now, with fresh state; name → module.

    texts:  name → the line of the bundle that its first line is, less one, and its text
    folder: where frames say that the files are; by default they have their bare names
    """
    unload()
    for name, (offset, text) in texts.items():
        file = os.path.join(folder, f"{name}.py")
        FINDER.sources[name] = _Source(file, text)
        OFFSETS[file] = offset
    if FINDER not in sys.meta_path:
        sys.meta_path.insert(0, FINDER)
    return {name: importlib.import_module(name) for name in wanted}


def load_folder(folder: Path) -> dict[str, ModuleType]:
    """All modules of a project's own folder."""
    texts = {file.stem: (0, file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.py"))}
    return load(texts, texts, str(folder))


def unload() -> None:
    """Forget the modules of the project that was loaded last; whoever still holds one can use it."""
    for name, source in FINDER.sources.items():
        sys.modules.pop(name, None)
        linecache.cache.pop(source.file, None)  # which asks the loaders for the lines of a traceback
    FINDER.sources.clear()
    OFFSETS.clear()


@lru_cache(maxsize=64)
def _compiled(text: str, file: str) -> CodeType:
    """A check executes a project once for each test, and compiles it once."""
    return compile(text, file, "exec", dont_inherit=True)
