"""What a pytest run inside a torchkata tree has besides its fixtures: options, the two axes, the count."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from torchkata.collection import records
from torchkata.collection.card import CardError, read_meta
from torchkata.collection.layout import Kata, Tree
from torchkata.collection.records import PROPERTY
from torchkata.system import devices, policy
from torchkata.testing import handed_in, properties, stand_in
from torchkata.testing.fixtures import JUDGED, KATA, params
from torchkata.testing.leaving import keep_status, unexcused
from torchkata.testing.loader import module_name


class KataSession:
    """Registered by `plugin` once a tree is found; holds this run's counts."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.deselected: set[str] = set()
        self.records: list[dict[str, Any]] = []
        self.status = 0

    # Options

    def pytest_addoption(self, parser: pytest.Parser) -> None:
        group = parser.getgroup("torchkata", "katas")
        group.addoption(
            "--solutions",
            metavar="ROOT",
            help="Test the files under ROOT, a folder that mirrors broken/, not fixed/ and every right_*. "
            "They run in pytest's own process; for other people's code: kata grade.",
        )
        group.addoption(
            "--started",
            action="store_true",
            help="Of --solutions, only files that differ from what they start as; for editors.",
        )
        group.addoption(
            "--device",
            default="cpu",
            metavar="DEVICES",
            help="Device types for the katas: cpu (default), cuda, mps, lazy (a stand-in), several, or auto.",
        )
        group.addoption(
            "--evidence",
            metavar="FILE",
            help="Write the gradient errors before and after to FILE (JSON lines).",
        )

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line(
            "markers", "float64: the test needs float64, which mps lacks; it is skipped there."
        )
        config.addinivalue_line(
            "markers", "no_stand_in(reason): the stand-in (--device lazy) can't do it; it is skipped there."
        )
        policy.impose()
        try:
            self.devices = devices.parse(config.getoption("--device"))
        except devices.DeviceError as problem:
            raise pytest.UsageError(f"--device: {problem}") from None
        if "cuda" in self.devices:
            policy.apply()
        solutions = config.getoption("--solutions")
        self.solutions = Path(config.invocation_params.dir, solutions).resolve() if solutions else None
        if self.solutions is not None and config.getoption("--evidence"):
            raise pytest.UsageError("--evidence records broken/ and fixed/; leave --solutions out")
        self.started = bool(config.getoption("--started"))
        if self.solutions is not None and not self.started:  # where nothing is begun, there's nothing wrong
            try:
                handed_in.require(self.tree, self.solutions)
            except handed_in.NothingHandedIn as problem:
                raise pytest.UsageError(f"--solutions: {problem}") from None

    # The two axes

    def solutions_of(self, kata: Kata) -> dict[str, Path]:
        """The files that `solution` stands for in this run, by test id."""
        if self.solutions is None:
            return {file.stem if file != kata.fixed else "fixed": file for file in [kata.fixed, *kata.rights]}
        file = kata.mirrored(self.solutions)
        there = handed_in.is_started(kata, file) if self.started else file.is_file()
        return {self.solutions.name: file} if there else {}

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        kata = self.tree.kata_of_test(metafunc.definition.path)
        if kata is None:
            return
        judged = JUDGED in metafunc.config.stash
        if "solution" in metafunc.fixturenames and not judged:
            files = self.solutions_of(kata)
            # An empty list would be reported as a skip; a kata not started is deselected instead.
            values: list[Path | None] = [*files.values()] or [None]
            ids = list(files) or ["none"]
            metafunc.parametrize("solution", values, ids=ids, indirect=True)
        if "device" in metafunc.fixturenames:
            metafunc.parametrize("device", self.devices, indirect=True)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        kept: list[pytest.Item] = []
        missing: list[pytest.Item] = []
        for item in items:
            kata = self.tree.kata_of_test(item.path)
            if kata is None and self.tree.project_of_test(item.path) and self.solutions is not None:
                missing.append(item)  # it is about a healthy project, and not about what was handed in
                continue
            if kata is None:
                kept.append(item)
                continue
            self._mark(item, kata)
            if self.solutions is not None and "broken" in getattr(item, "fixturenames", ()):
                missing.append(item)  # it says nothing of what was handed in, and would be green
            elif params(item).get("solution", kata) is None:
                missing.append(item)
                self.deselected.add(kata.id)
            else:
                kept.append(item)
        if missing:
            config.hook.pytest_deselected(items=missing)
            items[:] = kept

    def _mark(self, item: pytest.Item, kata: Kata) -> None:
        """Skips with their reason, and mercy for the warnings of code under judgement."""
        item.stash[KATA] = kata
        # Recorded and shown, never raised: the learner's program is allowed to warn.
        if item.config.pluginmanager.has_plugin("warnings"):  # else nothing would be raised anyway
            item.add_marker(pytest.mark.filterwarnings("always"), append=False)
        device = params(item).get("device", "cpu")
        try:
            meta = read_meta(kata.card)
        except CardError as problem:
            raise pytest.UsageError(str(problem)) from None
        item.user_properties += properties.known(kata, meta, device)
        lacking = devices.missing_need(meta.get("needs", []), device)
        unfit = meta.get("no_stand_in") or _reason(item.get_closest_marker("no_stand_in"))
        if lacking:
            item.add_marker(pytest.mark.skip(reason=f"{kata.id} {lacking}"))
        elif device == devices.STAND_IN and unfit:
            item.add_marker(pytest.mark.skip(reason=f"{devices.NOT_ON_IT}{unfit}"))
        elif device == "mps" and item.get_closest_marker("float64"):
            item.add_marker(pytest.mark.skip(reason="mps has no float64"))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        if KATA not in item.stash:
            return (yield)
        file = params(item).get("solution")
        watch = unexcused(module_name(item.stash[KATA], file)) if isinstance(file, Path) else nullcontext()
        with watch:
            result = yield
            policy.settle()
            return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        # Once for each test: in its call, or in a setup that it doesn't get beyond.
        last = call.when == "call" or (call.when == "setup" and call.excinfo is not None)
        if last and KATA in item.stash and JUDGED not in item.config.stash:
            kata = item.stash[KATA]
            program = params(item).get("solution") or kata.broken
            item.user_properties += properties.found(item, call, program)
        return (yield)

    # Evidence, and the count at the end

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Where there are xdist workers, only the controller hears all of them."""
        if report.when == "call" and report.passed:  # what a failing test saw is no evidence
            for name, value in report.user_properties:
                if name == PROPERTY and isinstance(value, dict):
                    self.records.append(value)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        self.status = int(exitstatus)
        target = session.config.getoption("--evidence")
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["torchkata-deselected"] = sorted(self.deselected)
        elif target:
            records.write(Path(session.config.invocation_params.dir, target), self.records)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """xdist's controller collects nothing, so it hears from its workers what was left out."""
        self.deselected |= set(getattr(node, "workeroutput", {}).get("torchkata-deselected", []))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.deselected:
            count = len(self.deselected)
            changed = "changed " if self.started else ""
            terminalreporter.write_line(
                f"{count} kata{'s' * (count != 1)} without a {changed}file in {self.solutions} "
                f"{'was' if count == 1 else 'were'} left out."
            )
        for stray in handed_in.strays(self.tree, self.solutions) if self.solutions is not None else ():
            terminalreporter.write_line(f"{self.solutions}: {stray}", yellow=True)

        if devices.STAND_IN in self.devices:
            for line in stand_in.summary(terminalreporter.stats):
                terminalreporter.write_line(line, yellow=True)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self, config: pytest.Config) -> None:
        if self.status and self.solutions is not None and not hasattr(config, "workerinput"):
            keep_status(self.status)


def _reason(mark: pytest.Mark | None) -> str:
    return str(mark.args[0]) if mark is not None else ""
