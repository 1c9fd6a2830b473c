"""A test, called with its fixtures and without pytest's bookkeeping, where that makes no difference.

Hooks, the stack of nodes and a request for every fixture take longer than most tests. Whatever relies on
them is left to pytest: fixtures that outlive a test, that override one another or ask for a `request`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from _pytest.python import get_direct_param_fixture_func
from _pytest.runner import CallInfo

from torchkata.system.policy import settle
from torchkata.testing.fixtures import KataFixtures, params

PLAN = pytest.StashKey["Plan"]()
# What such a mark says has been done with when the tests were collected.
HARMLESS = {"parametrize", "filterwarnings", "float64", "no_stand_in"}
# Whose hooks make no difference here: pytest's own, and those of the plugin, which are for runs of pytest.
OURS = ("_pytest.", "torchkata.testing.")
HOOKS = (
    "runtest_setup",
    "runtest_call",
    "runtest_teardown",
    "pyfunc_call",
    "fixture_setup",
    "fixture_post_finalizer",
)


class Asked:
    """As much of a request as the fixtures of torchkata look at."""

    def __init__(self, item: pytest.Function, name: str) -> None:
        self.node, self.config, self.fixturenames = item, item.config, item.fixturenames
        found = params(item)
        if name in found:
            self.param = found[name]


@dataclass(frozen=True)
class Step:
    """A fixture: its function, or the value of a parameter that has none."""

    name: str
    needs: tuple[str, ...] = ()
    function: Callable[..., Any] | None = None
    value: Any = None
    yields: bool = False


@dataclass(frozen=True)
class Plan:
    """A test function with the fixtures that it needs, in pytest's order."""

    test: Callable[..., object]
    needs: tuple[str, ...]
    steps: tuple[Step, ...]
    item: pytest.Function

    def run(self) -> tuple[BaseException | None, dict[str, Any]]:
        values: dict[str, Any] = {}
        begun: list[Iterator[Any]] = []
        problem = None
        try:
            for step in self.steps:
                values[step.name] = self._value(step, values, begun)
            self.test(**{name: values[name] for name in self.needs})
            settle()
        except BaseException as raised:  # a program may raise what it likes
            problem = raised
        for generator in reversed(begun):
            try:
                next(generator, None)
            except BaseException:
                continue  # the verdict is about the test, and the others are to be put back as well
        return problem, values

    def _value(self, step: Step, values: dict[str, Any], begun: list[Iterator[Any]]) -> Any:
        if step.function is None:
            return step.value
        given = {n: Asked(self.item, step.name) if n == "request" else values[n] for n in step.needs}
        made = step.function(**given)
        if not step.yields:
            return made
        value = next(made)
        begun.append(made)
        return value


def prepare(items: Iterable[pytest.Item]) -> None:
    """Plan what can be planned, before there is a program: nothing that it replaces changes a plan."""
    for item in items:
        planned = plan(item)
        if planned is not None:
            item.stash[PLAN] = planned


def run(item: pytest.Item) -> tuple[BaseException | None, dict[str, Any]]:
    """Set up, call and tear down: what the test raised, if anything, and the values of its fixtures.

    Without pytest's reports: to format a traceback through torch's frames would cost several times the test.
    """
    planned = item.stash.get(PLAN, None)
    return planned.run() if planned is not None else _run_by_pytest(item)


def _run_by_pytest(item: pytest.Item) -> tuple[BaseException | None, dict[str, Any]]:
    done = CallInfo.from_call(lambda: item.ihook.pytest_runtest_setup(item=item), when="setup")
    if done.excinfo is None:
        done = CallInfo.from_call(lambda: item.ihook.pytest_runtest_call(item=item), when="call")
    values = dict(getattr(item, "funcargs", {}))  # before the teardown forgets them
    CallInfo.from_call(lambda: item.ihook.pytest_runtest_teardown(item=item, nextitem=None), when="teardown")
    item._initrequest()  # type: ignore[attr-defined]  # else it keeps its fixtures for the next time
    return done.excinfo and done.excinfo.value, values


def plan(item: pytest.Item) -> Plan | None:
    """None where only pytest's own way is sure to be right."""
    if type(item) is not pytest.Function or item.cls is not None or not _is_plain(item.function):
        return None
    if any(mark.name not in HARMLESS for mark in item.iter_markers()) or _is_hooked(item):
        return None
    steps: dict[str, Step] = {}
    needs = item._fixtureinfo.argnames
    if "request" in needs or not all(
        _plan_fixture(item, name, steps) for name in item.fixturenames if name != "request"
    ):
        return None
    return Plan(item.function, needs, tuple(steps.values()), item)


def _plan_fixture(item: pytest.Function, name: str, steps: dict[str, Step]) -> bool:
    """Put a fixture into `steps`, behind those that it needs; False where it can't be."""
    if name in steps:
        return True
    found = item._fixtureinfo.name2fixturedefs.get(name, ())
    if len(found) != 1 or found[0].scope != "function":
        return False
    function, needs = found[0].func, found[0].argnames
    if function is get_direct_param_fixture_func:
        steps[name] = Step(name, value=params(item)[name])
        return True
    ours = isinstance(getattr(function, "__self__", None), KataFixtures)
    if "request" in needs and not ours:
        return False
    if name in params(item) and not ours:  # a parameter reaches a fixture through its request
        return False
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        return False
    if not all(_plan_fixture(item, need, steps) for need in needs if need != "request"):
        return False
    steps[name] = Step(name, needs, function, yields=inspect.isgeneratorfunction(function))
    return True


def _is_plain(function: Callable[..., object]) -> bool:
    special = (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction)
    return inspect.isfunction(function) and not any(kind(function) for kind in special)


def _is_hooked(item: pytest.Item) -> bool:
    """Whether somebody besides pytest itself, a conftest perhaps, takes part in running tests."""
    return any(
        not getattr(implementation.function, "__module__", "").startswith(OURS)
        for hook in HOOKS
        for implementation in getattr(item.ihook, f"pytest_{hook}").get_hookimpls()
    )
