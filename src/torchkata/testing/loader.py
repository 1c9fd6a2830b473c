"""Import one kata's solution, always by dotted name, always fresh.

A module loaded by bare path cannot be pickled, and DataLoader workers cannot find it. So files of
the tree are `broken.<track>.<name>` and so on, and files from elsewhere are copied to a temporary
folder and imported as `submission.<track>.<name>`.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import CodeType, ModuleType

from torchkata.collection.layout import Kata

IN_TREE = ("broken", "fixed", "katas")


class WatchedModule(ModuleType):
    """Remembers which of its functions a test reached for last, so that a message can name it."""

    def __getattribute__(self, name: str) -> object:
        if not name.startswith("_"):
            super().__getattribute__("__dict__")["__last__"] = name
        return super().__getattribute__(name)


class ShadowedError(ImportError):
    """Another package on the path bears a name that is ours."""


def module_name(kata: Kata, file: Path) -> str:
    """`broken.graph.second_step` for a file of the tree, `submission.…` for any other."""
    for folder in IN_TREE:
        if file == kata.mirrored(kata.root / folder):
            return f"{folder}.{kata.track}.{kata.name}"
    return f"submission.{kata.track}.{kata.name}"


def load(kata: Kata, file: Path, scratch: Path) -> ModuleType:
    """The module in `file`, executed now, with fresh state.

    scratch: an empty folder for the copy of a file from outside the tree; it joins `sys.path`.
    Raises whatever the module raises, and `ShadowedError` when something else is found instead.
    """
    name = module_name(kata, file)
    home = kata.root
    if name.startswith("submission."):
        home = scratch
        target = kata.mirrored(scratch / "submission")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
        file = target
    return load_named(name, file, home)


def load_named(name: str, file: Path, home: Path) -> ModuleType:
    """Import `name`, which must turn out to be `file`, with `home` first on the path."""
    package, track, _ = name.split(".")
    # These and no others: to look through all modules, or to forget what is in every folder on the path,
    # would write to thousands of pages that a check shares with its parent until then.
    for stale in (package, f"{package}.{track}", name):
        sys.modules.pop(stale, None)
    for folder in (home, home / package, home / package / track):
        sys.path_importer_cache.pop(str(folder), None)
    if str(home) in sys.path:
        sys.path.remove(str(home))
    sys.path.insert(0, str(home))
    # Two edits of equal length within a second would otherwise load the older one's bytecode.
    sys.dont_write_bytecode = True
    for part, wanted in ((package, home / package / "__init__.py"), (name, file)):
        module = importlib.import_module(part)
        found = getattr(module, "__file__", None)
        # A folder without __init__.py has no file, and loses to any package of its name on the path.
        if (found or part == name) and Path(found or "").resolve() != wanted.resolve():
            raise ShadowedError(
                f"{part} is {found}, not {wanted}: a package called {package!r} hides ours. "
                "Remove it from this environment, or rename it."
            )
    module.__class__ = WatchedModule
    return module


def executed_again(module: ModuleType, code: CodeType) -> ModuleType:
    """A module like `module`, which `load_named` has checked, with its code executed anew.

    For a process that runs one program many times: the search for the file is most of an import.
    """
    spec = module.__spec__
    assert spec is not None
    fresh = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = fresh
    exec(code, vars(fresh))
    fresh.__class__ = WatchedModule
    return fresh


def last_function(module: ModuleType) -> str | None:
    """The public function of `module` that was asked for last, or None."""
    name = vars(module).get("__last__")
    return name if isinstance(name, str) and callable(vars(module).get(name)) else None
