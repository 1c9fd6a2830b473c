"""What the tests of a program rely on, as it was before the program ran and as it is afterwards.

A program that bends the rules of its own test is caught, unless it covers its tracks: both share a process.
"""

from __future__ import annotations

import _lsprof
import builtins
import sys
from collections.abc import Iterable, Iterator
from types import FunctionType, ModuleType
from typing import Any

import pytest
import torch
from _pytest.runner import CallInfo
from torch.overrides import _get_current_function_mode_stack
from torch.utils._device import DeviceContext

from torchkata import checks, gradients

# The modules of this room that a check runs through.
CHECKING = ("run", "direct", "report", "describe", "told")

# What of pytest runs a test. Whoever replaces its code could make comparisons of their own instead.
RUNNING = (
    "_pytest.nodes",
    "_pytest.python",
    "_pytest.runner",
    "_pytest._code.code",
    "pluggy._callers",
    "pluggy._hooks",
    "contextlib",
)

# The operations of torch that a comparison is made of. Whoever gives one another kernel rebinds no name.
COMPARING = (
    *("isclose", "equal", "eq.Tensor", "ne.Scalar", "le.Tensor", "sub.Tensor", "abs", "mul.Tensor"),
    *("bitwise_not", "bitwise_and_.Tensor", "bitwise_or_.Tensor", "any", "isfinite", "is_nonzero"),
    *("_local_scalar_dense", "_to_copy", "clone", "detach", "max", "nan_to_num", "unbind.int", "select.int"),
)

# Where torch has no kernels of its own that are written in Python. For transforms (vmap) and for tensors
# without values it has, and registers them once they're needed.
COMPILED = ("/CPU", "/Autograd", "/AutogradCPU", "/CompositeExplicitAutograd", "/CompositeImplicitAutograd")

# How a tensor is shown is its owner's business; no test asks.
SHOWING = {"__repr__", "__str__", "__format__"}

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
        **{name: _inside(sys.modules[f"torchkata.judging.inside.{name}"]) for name in CHECKING},
        "builtins": vars(builtins),
        "pytest": vars(pytest),
        "pytest.Function": dict(vars(pytest.Function)),
        "CallInfo": dict(vars(CallInfo)),
        **{name: dict(_codes(sys.modules[name])) for name in RUNNING},
        "torch": vars(torch),
        "torch.Tensor": {k: v for k, v in _methods(torch.Tensor) if k not in SHOWING},
        "torch.autograd": vars(torch.autograd),
        "torch.nn.functional": vars(torch.nn.functional),
        "torch.optim": vars(torch.optim),
        "sys": {"gettrace()": sys.gettrace(), "getprofile()": _profile()},
        "modes of torch": _modes(),
        "kernels of torch": _kernels(),
    }


def _inside(module: ModuleType) -> dict[str, Any]:
    """The names of a module of ours, and what can change behind a name: code, defaults, methods, numbers."""
    names = dict(vars(module))
    behind: dict[str, Any] = {f"TOLERANCES[{kind}]": pair for kind, pair in checks.TOLERANCES.items()}
    for name, value in names.items():
        if isinstance(value, FunctionType):
            behind |= dict(_behind(name, value))
        elif isinstance(value, type) and value.__module__ == module.__name__:
            for method, body in vars(value).items():
                behind[f"{name}.{method}"] = body
                if isinstance(body, FunctionType):
                    behind |= dict(_behind(f"{name}.{method}", body))
    # A name that is added can hide a built-in; all other additions are nobody's harm.
    behind["(hidden built-ins)"] = len(names.keys() & vars(builtins).keys())
    return names | behind


def _codes(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """The functions and methods of a module that isn't ours, and their code."""
    for name, value in vars(module).items():
        owned = vars(value) if isinstance(value, type) and value.__module__ == module.__name__ else {}
        for inner, body in {name: value, **{f"{name}.{key}": found for key, found in owned.items()}}.items():
            plain = getattr(body, "__func__", body)  # of a class method
            if isinstance(plain, FunctionType):
                yield inner, body
                yield f"{inner}.__code__", plain.__code__


def _behind(name: str, function: FunctionType) -> Iterator[tuple[str, Any]]:
    yield f"{name}.__code__", function.__code__
    yield f"{name}.__defaults__", function.__defaults__
    for key, value in (function.__kwdefaults__ or {}).items():
        yield f"{name}.__kwdefaults__[{key}]", value


def _methods(kind: type) -> Iterator[tuple[str, Any]]:
    for owner in (kind.__base__, kind):
        yield from vars(owner).items()


def _profile() -> Any:
    """What sees every call; Python's own profiler, left on, changes none of them."""
    profile: Any = sys.getprofile()
    return None if isinstance(profile, _lsprof.Profiler) else profile


def _modes() -> dict[str, int]:
    """Through these a program could answer for torch. A default device is one too, and does no harm."""
    stack = _get_current_function_mode_stack()  # type: ignore[no-untyped-call]
    functions = [mode for mode in stack if not isinstance(mode, DeviceContext)]
    return {"functions": len(functions), "operations": torch._C._len_torch_dispatch_stack()}


def _kernels() -> dict[str, str]:
    """What runs when torch compares, and which other operations of torch's own are answered from Python."""
    kernels = {op: torch._C._dispatch_dump(f"aten::{op}").splitlines() for op in COMPARING}
    said = {
        op: [line for line in lines if not line.startswith(("Meta", "FuncTorch"))]
        for op, lines in kernels.items()
    }
    ours = {impl for impl in torch.library._impls if impl.startswith("aten/")}
    said["(written in Python)"] = sorted(impl for impl in ours if impl.endswith(COMPILED))
    # One text for equal ones: what was rebound is told by identity.
    return {name: sys.intern("\n".join(lines)) for name, lines in said.items()}
