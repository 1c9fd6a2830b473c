"""What every name in this process is bound to, to see whether a program has left one of them otherwise.

`tamper` looks at what the tests of one program rely on. A process that goes on to the next program has to
look at all that this one may rely on: every module, every class, every function's code, what is in their
lists and dictionaries. That is some two hundred thousand names, which takes hundredths of a second.
"""

from __future__ import annotations

import builtins
import operator
import sys
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from types import FunctionType, ModuleType
from typing import Any

# What torch, Python and the check itself write to while an honest program runs. Nobody's verdict depends on
# it: caches and counters, what `restore` and the check put back, and registries whose keys are the program's.
OWN = {
    "sys.modules",
    "sys.path_importer_cache",
    "sys.argv",
    "posix.environ",  # `modes` has the environment
    "sys.last_exc",
    "re._cache",
    "re._cache2",
    "encodings._cache",
    "linecache.cache",
    "torchkata.checks.MADE",
    "torch.distributions.kl._KL_MEMOIZE",
    "torch.utils.hooks.RemovableHandle.next_id",
    # Seeds for devices that nobody has started.
    "torch.cuda._queued_calls",
    *(f"torch.{device}._lazy_seed_tracker" for device in ("cuda", "mtia", "xpu")),
    "warnings.filters",
    "warnings._filters_version",
}
IGNORED = ("__warningregistry__", "__slotnames__")

DEEP = 2  # names in a module, and in a class or an object there
HEAP = 1 << 9  # Py_TPFLAGS_HEAPTYPE: a class that Python code has made


class Names:
    """Taken once, in a process that no program has run in yet."""

    def __init__(self, besides: Iterable[str] = ()) -> None:
        self.besides = OWN | set(besides)
        self.modules = frozenset(sys.modules)
        self.spaces: dict[str, Any] = {}
        self.functions: list[tuple[str, FunctionType, object, object]] = []
        self._seen: set[int] = {id(self.__dict__), id(self.spaces), id(self.functions)}
        for name, module in list(sys.modules.items()):
            if isinstance(module, ModuleType):
                self._take(name, vars(module), 0)
        self._take("builtins", vars(builtins), 0)

    def _take(self, name: str, space: Any, depth: int) -> None:
        if id(space) in self._seen or name in self.besides:
            return
        self._seen.add(id(space))
        names, values = list(space), list(space.values())
        self.spaces[name] = space, names, values
        if depth < DEEP:
            for key, value in zip(names, values):
                self._look_into(f"{name}.{key}", value, depth + 1)

    def _look_into(self, name: str, value: Any, depth: int) -> None:
        kind = type(value)
        if issubclass(kind, ModuleType) or id(value) in self._seen:
            return
        function = getattr(value, "__func__", value) if kind in (staticmethod, classmethod) else value
        if type(function) is FunctionType:
            self._seen.add(id(function))
            self.functions.append((name, function, function.__code__, function.__defaults__))
        elif issubclass(kind, type):
            self._seen.add(id(value))
            self._take(name, vars(value), depth)
        elif kind in (list, set) and name not in self.besides:
            self._seen.add(id(value))
            self.spaces[name] = value, None, list(value)
        elif issubclass(kind, dict) and kind.__iter__ in (dict.__iter__, OrderedDict.__iter__):
            self._take(name, value, DEEP)
        elif kind.__flags__ & HEAP and depth < DEEP:  # an object: the settings of how tensors print, say
            with suppress(AttributeError):
                inside = object.__getattribute__(value, "__dict__")
                if type(inside) is dict:
                    self._take(name, inside, DEEP)

    def changed(self) -> Iterator[str]:
        """The names that are bound to something else, were added or are gone."""
        for name in sys.modules.keys() - self.modules:
            yield f"a new module {name}"
        for name in self.modules - sys.modules.keys():
            yield f"no module {name}"
        for name, (space, names, values) in self.spaces.items():
            now = space.values() if names is not None else space
            if len(space) == len(values) and all(map(operator.is_, now, values)):
                continue
            yield from self._differences(name, space, names, values)
        for name, function, code, defaults in self.functions:
            if function.__code__ is not code or function.__defaults__ is not defaults:
                yield f"{name}.__code__"

    def _differences(
        self, name: str, space: Any, names: list[Any] | None, values: list[Any]
    ) -> Iterator[str]:
        if names is None:
            if name not in self.besides:
                yield name
            return
        before = dict(zip(names, values))
        gone = object()
        for key in before.keys() | space.keys():
            found = f"{name}.{key}"
            same = before.get(key, gone) is space.get(key, gone)
            if not same and found not in self.besides and key not in IGNORED:
                yield found
