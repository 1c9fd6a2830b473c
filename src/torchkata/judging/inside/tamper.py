"""What the tests of a program rely on, as it was before the program ran and as it is afterwards.

A program that bends the rules of its own test is caught, unless it covers its tracks: both share a process.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterable
from types import FunctionType, ModuleType
from typing import Any

import pytest
import torch
from _pytest.runner import CallInfo
from torch.overrides import _get_current_function_mode_stack
from torch.utils._device import DeviceContext

from torchkata import checks, gradients

Fingerprint = dict[str, dict[str, Any]]

# Names that torch rebinds by itself: with a default dtype, and with the first optimizer.
REBOUND_BY_TORCH = {"torch.Storage", "torch.manual_seed"}


def fingerprint(items: Iterable[pytest.Item]) -> Fingerprint:
    """What the names that these tests rely on are bound to."""
    return {name: dict(space) for name, space in _namespaces(items).items()}


def changed(before: Fingerprint, items: Iterable[pytest.Item]) -> list[str]:
    """The names that were rebound since; what was added (a lazy import, `_`) is nobody's harm.

    before: the fingerprint of these items, and of others perhaps
    """
    gone = object()
    return [
        f"{space}.{name}"
        for space, now in _namespaces(items).items()
        for name, value in before.get(space, {}).items()
        if now.get(name, gone) is not value and f"{space}.{name}" not in REBOUND_BY_TORCH
    ]


def _namespaces(items: Iterable[pytest.Item]) -> Fingerprint:
    """Where a program could bend the rules of its own test."""
    tests = {item.module for item in items if isinstance(item, pytest.Function)}
    named = {value for test in tests for value in vars(test).values() if isinstance(value, ModuleType)}
    ours = {checks, gradients} | {module for module in named if module.__name__.startswith("torchkata.")}
    # Not by way of all modules: each name that is looked at is a page that a check has to copy.
    mdp = vars(sys.modules["torchkata.mdp"]).values() if "torchkata.mdp" in sys.modules else ()
    inner = {module for module in mdp if isinstance(module, ModuleType)}
    ours |= {module for module in inner if module.__name__.startswith("torchkata.mdp.")}
    return {
        # What the tests import: functions and classes alone, for some modules keep count of something.
        **{module.__name__: {k: v for k, v in vars(module).items() if callable(v)} for module in named},
        **{module.__name__: _inside(module) for module in (*tests, *ours)},
        **{f"torchkata.judging.inside.{name}": _judging(name) for name in ("run", "direct")},
        "builtins": vars(builtins),
        "pytest": vars(pytest),
        "pytest.Function": dict(vars(pytest.Function)),
        "CallInfo": dict(vars(CallInfo)),
        "torch": vars(torch),
        "torch.Tensor": {**vars(torch.Tensor.__base__), **vars(torch.Tensor)},
        "torch.autograd": vars(torch.autograd),
        "torch.nn.functional": vars(torch.nn.functional),
        "torch.optim": vars(torch.optim),
        "sys": {"gettrace()": sys.gettrace(), "getprofile()": sys.getprofile()},
        "modes of torch": _modes(),
    }


def _judging(name: str) -> dict[str, Any]:
    return vars(sys.modules[f"torchkata.judging.inside.{name}"])


def _inside(module: ModuleType) -> dict[str, Any]:
    """The names of a module of ours, and what can change behind a name: code, and tolerances."""
    names = dict(vars(module))
    codes = {f"{name}.__code__": f.__code__ for name, f in names.items() if isinstance(f, FunctionType)}
    return names | codes | {f"TOLERANCES[{dtype}]": pair for dtype, pair in checks.TOLERANCES.items()}


def _modes() -> dict[str, int]:
    """Through these a program could answer for torch. A default device is one too, and does no harm."""
    stack = _get_current_function_mode_stack()  # type: ignore[no-untyped-call]
    functions = [mode for mode in stack if not isinstance(mode, DeviceContext)]
    return {"functions": len(functions), "operations": torch._C._len_torch_dispatch_stack()}
