"""Where an import leads: to what fixes need, or on to the interpreter, to files and to other code."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What fixes import besides torch: nothing here leads to the interpreter, the system or other files.
PLAIN = _names(
    """__future__ abc bisect collections contextlib copy dataclasses decimal enum fractions functools heapq io
    itertools json logging math numbers operator random re statistics string textwrap time typing warnings"""
)
# Modules that reach further, by whatever name somebody gets hold of them: many a module has imported `sys`.
REACHING = _names(
    """ast asyncio atexit bltns builtins codecs concurrent copyreg ctypes dis faulthandler fcntl gc importlib
    inspect linecache marshal mmap multiprocessing os pathlib pdb pickle pkgutil platform posix pytest runpy
    shelve shutil socket ssl subprocess sys sysconfig tempfile threading torchkata traceback tracemalloc
    types"""
)
# Parts of torch and of plain modules that replace operations, run other code or read other files.
FURTHER = (
    "dataclasses.make_dataclass", "functools.singledispatch", "functools.singledispatchmethod",
    "io.FileIO", "io.open", "io.open_code", "logging.FileHandler", "logging.Formatter",
    "logging.StrFormatStyle", "logging.config", "logging.handlers",
    "operator.attrgetter", "operator.methodcaller", "string.Formatter",
    "torch.autograd.graph", "torch.from_file", "torch.fx", "torch.hub", "torch.library", "torch.ops",
    "torch.overrides", "torch.package", "torch.serialization.add_safe_globals",
    "torch.serialization.safe_globals", "torch.utils.benchmark", "torch.utils.bundled_inputs",
    "torch.utils.collect_env", "torch.utils.cpp_extension", "torch.utils.dlpack",
    "typing.ForwardRef", "typing.get_type_hints",
)  # fmt: skip
# What they set holds for the tests as well, once the program is back.
EVERYWHERE = (
    "torch.set_default_", "torch.nn.modules.module.register_module_",
    "torch.optim.optimizer.register_optimizer_step_",
)  # fmt: skip


def reaches(path: str) -> str:
    """Why a dotted path leads to where no fix has to go; empty if it does not."""
    if any(path == of or path.startswith(f"{of}.") for of in FURTHER):
        return "it can replace operations, or run and read what is elsewhere"
    if path.startswith(EVERYWHERE):
        return "it stays when the program is done, for the tests too"
    for part in path.split(".")[1:]:
        if part.strip("_") in REACHING and not path.startswith("torch.types"):
            return f"{part.strip('_')} by another name"
        if part.startswith("_") and not part.startswith("__"):
            return "private"
    return ""


@cache
def is_module(path: str) -> bool:
    """Whether a dotted path is a module, asked of the files alone: nothing is imported for it."""
    top, _, rest = path.partition(".")
    if not rest:
        return top == "torch" or top in PLAIN
    found = importlib.util.find_spec(top)
    for folder in (found.submodule_search_locations or ()) if found is not None else ():
        place = Path(folder, *rest.split("."))
        if place.is_dir() or place.with_suffix(".py").is_file():
            return True
    return False
