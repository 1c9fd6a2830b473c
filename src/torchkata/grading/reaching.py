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
    itertools json logging math numbers numpy operator random re statistics string textwrap time typing
    warnings"""
)
# Modules that reach further, by whatever name somebody gets hold of them: many a module has imported `sys`.
REACHING = _names(
    """ast asyncio atexit bltns builtins codecs concurrent copyreg ctypes dis faulthandler fcntl gc glob gzip
    importlib inspect linecache marshal mmap mp multiprocessing os pathlib pdb pickle pickletools pkgutil
    platform posix pytest queue reducer reduction runpy shelve shutil socket ssl subprocess sys sysconfig
    tarfile tempfile threading torchkata traceback tracemalloc types typing_extensions weakref zipfile"""
)
# The few of them that an attribute of anything at all is hardly ever called by honest people.
TELLING = _names(
    "Library builtins ctypes gc importlib inspect library load_library os subprocess sys threading"
)
# Parts of torch and of plain modules that replace operations, run other code or read other files.
FURTHER = (
    "abc.ABCMeta", "enum.EnumMeta", "enum.EnumType", "enum.global_enum", "torch.classes",
    "dataclasses.make_dataclass", "functools.singledispatch", "functools.singledispatchmethod",
    "io.FileIO", "io.open", "io.open_code", "logging.FileHandler", "logging.Formatter",
    "logging.StrFormatStyle", "logging.config", "logging.handlers",
    "operator.attrgetter", "operator.methodcaller", "string.Formatter",
    "torch.autograd.graph", "torch.from_file", "torch.fx", "torch.get_device_module", "torch.hub",
    "torch.library", "torch.ops", "torch.overrides", "torch.package", "torch.serialization.add_safe_globals",
    "torch.serialization.safe_globals", "torch.utils.benchmark", "torch.utils.bundled_inputs",
    "torch.utils.collect_env", "torch.utils.cpp_extension", "torch.utils.dlpack",
    "typing.ForwardRef", "typing.get_type_hints",
)  # fmt: skip
# What such a path ends with, whatever name a module has on the way: `torch.somewhere.t.get_type_hints`.
ENDS = frozenset(
    of.rpartition(".")[2] for of in FURTHER if of.startswith(("dataclasses.", "functools.", "typing."))
) | {"from_file", "load_library"}
# What they set holds for the tests as well, once the program is back.
EVERYWHERE = (
    "torch.set_default_", "torch.nn.modules.module.register_module_",
    "torch.optim.optimizer.register_optimizer_step_",
)  # fmt: skip
# Of the modules in this list a fix may use the names that stand here; the others of them are a way out.
ONLY = {
    "os": _names("PathLike fspath"),
    "numpy": _names(
        """abs add all allclose amax amin any arange argmax argmin argsort argwhere array array_equal
        asarray average bool_ broadcast_to ceil clip concatenate copy cos cumprod cumsum diff
        divide dot dtype einsum empty empty_like equal exp eye flatnonzero float16 float32
        float64 floating floor full full_like inf int32 int64 integer isclose isfinite isinf
        isnan lexsort linspace log log10 log2 matmul max maximum mean median meshgrid min
        minimum multiply nan nan_to_num nanmean ndarray newaxis nonzero ones ones_like
        percentile pi prod quantile random repeat reshape round searchsorted sign sin sort
        split sqrt square squeeze stack std subtract sum take tile transpose uint8 unique var
        vstack hstack where zeros zeros_like"""
    ),
}
# Private by name, and what the optimizers of torch are written with: operations on lists of tensors.
LISTWISE = "torch._foreach_"


def reaches(path: str) -> str:
    """Why a dotted path leads to where no fix has to go; empty if it does not.

    A module that another one has imported is that module: `torch.nn.functional.torch.library`.
    """
    parts = ["numpy" if part == "np" else part for part in path.split(".")]
    starts = [0, *(i for i, part in enumerate(parts) if i and part in PLAIN | {"torch"})]
    return next(filter(None, (_reaches(".".join(parts[start:])) for start in starts)), "")


def _reaches(path: str) -> str:
    top, _, rest = path.partition(".")
    if top in ONLY:
        first = rest.partition(".")[0]
        return "" if first in ONLY[top] or not first else f"more of {top} than a fix needs"
    if path.startswith(LISTWISE):
        return ""
    if any(path == of or path.startswith(f"{of}.") for of in FURTHER):
        return "it can replace operations, or run and read what is elsewhere"
    if path.startswith(EVERYWHERE):
        return "it stays when the program is done, for the tests too"
    for part in path.split(".")[1:]:
        if part.strip("_") in REACHING | ENDS and not path.startswith("torch.types"):
            return f"{part.strip('_')} by another name"
        if part.startswith("_") and not part.startswith("__"):
            return "private"
    return ""


# Modules of which nothing but the function of the same name can be had by their paths.
HIDDEN = {"torch.autograd.gradcheck"}


@cache
def is_module(path: str) -> bool:
    """Whether a dotted path is a module, asked of the files alone: nothing is imported for it."""
    top, _, rest = path.partition(".")
    last = path.rpartition(".")[2]
    if path in HIDDEN or (top == rest and top in PLAIN):  # random.random, copy.copy: a function
        return False
    if not rest or (last in PLAIN | {"np", "torch"} and not path.startswith("torch.Tensor.")):
        return last in PLAIN | ONLY.keys() | {"np", "torch"}
    found = importlib.util.find_spec(top)
    for folder in (found.submodule_search_locations or ()) if found is not None else ():
        place = Path(folder, *rest.split("."))
        if place.is_dir() or place.with_suffix(".py").is_file():
            return True
    return False
