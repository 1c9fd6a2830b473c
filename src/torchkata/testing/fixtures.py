"""The fixtures of a kata's tests, and the programs that they load."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from torchkata.collection.layout import Kata, Tree
from torchkata.system import devices
from torchkata.testing.leaving import loading, staying

if TYPE_CHECKING:
    import torch

KATA = pytest.StashKey[Kata]()  # of each test of a kata
JUDGED = pytest.StashKey[Path]()  # the one file under judgement, for both fixtures
# That file, executed once already, for the test that comes first; and its text, which it may have deleted.
LOADED = pytest.StashKey[tuple[ModuleType, bytes]]()
ONCE = pytest.StashKey[bool]()  # whether that file could be executed once in this process, and not again


class KataFixtures:
    """Registered by `plugin` once a tree is found; holds what a run has loaded."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.judged: tuple[Path, ModuleType, CodeType] | None = None
        self.scratch: tempfile.TemporaryDirectory[str] | None = None

    @pytest.fixture
    def device(self, request: pytest.FixtureRequest) -> torch.device:
        """The device of this test, a `torch.device`; the axis is --device."""
        import torch

        kind = getattr(request, "param", "cpu")
        if kind == devices.STAND_IN:
            return torch.device(kind, 0)  # as its tensors say; for a GPU the index counts as well
        if kind != "cuda":
            return torch.device(kind)
        # An xdist worker takes its share of the devices that the caller made visible.
        worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
        index = int(worker) % torch.cuda.device_count()
        torch.cuda.set_device(index)
        return torch.device("cuda", index)

    @pytest.fixture
    def broken(self, request: pytest.FixtureRequest) -> ModuleType:
        """The module with the pitfall: the file in broken/, or the one under judgement."""
        kata = self._kata(request)
        return self._load(request, kata, request.config.stash.get(JUDGED, kata.broken))

    @pytest.fixture
    def solution(self, request: pytest.FixtureRequest) -> ModuleType:
        """The module under test: fixed/, every right_*, the --solutions root, or the one under judgement.
        In the tests of a case file's project, the healthy project: a module that has its modules."""
        healthy = self.tree.project_of_test(request.node.path)
        if healthy is not None:
            return self._load_project(healthy)
        file = request.config.stash.get(JUDGED, None) or request.param
        return self._load(request, self._kata(request), file)

    @pytest.fixture
    def evidence(self, request: pytest.FixtureRequest) -> Any:
        """Record this test's gradient error: `evidence(report, claim=..., config=..., ...)`."""
        from torchkata.testing.recorder import Recorder

        kata = self._kata(request)
        # Other right fixes would give the same numbers; the record is about fixed/.
        wanted = "broken" in request.fixturenames or params(request.node).get("solution") == kata.fixed
        judged = JUDGED in request.config.stash
        properties = request.node.user_properties if wanted and not judged else None
        phase = "before" if "broken" in request.fixturenames else "after"
        return Recorder(kata, request.node.originalname, phase, properties)

    @pytest.fixture(autouse=True)
    def _torchkata_restores_the_process(self, request: pytest.FixtureRequest) -> Iterator[None]:
        about_project = self.tree.project_of_test(request.node.path) is not None
        if KATA not in request.node.stash and not about_project:
            yield
            return
        from torchkata.testing import project
        from torchkata.testing.restore import restored, seed

        with restored(), nullcontext() if JUDGED in request.config.stash else staying():
            seed()  # the same random numbers for every test, whatever ran before it
            yield
        if about_project:
            project.unload()  # `data` and `model` are names that others may want

    def _kata(self, request: pytest.FixtureRequest) -> Kata:
        if KATA not in request.node.stash:
            raise pytest.UsageError(f"{request.node.path} is no kata's test: there is no card of that name")
        kata: Kata = request.node.stash[KATA]
        return kata

    def _load(self, request: pytest.FixtureRequest, kata: Kata, file: Path) -> ModuleType:
        from torchkata.testing.loader import load

        if JUDGED in request.config.stash:
            return self._load_judged(kata, file, request.config)
        if self.scratch is None:
            self.scratch = tempfile.TemporaryDirectory(prefix="torchkata-")
        with loading():
            return load(kata, file, Path(self.scratch.name))

    def _load_project(self, folder: Path) -> ModuleType:
        from torchkata.testing.project import load_folder

        healthy = ModuleType(folder.parent.name)
        with loading():
            vars(healthy).update(load_folder(folder))
        return healthy

    def _load_judged(self, kata: Kata, file: Path, config: pytest.Config) -> ModuleType:
        """The judge has put it where it is imported from: SCRATCH/submission/TRACK/NAME.py"""
        from torchkata.testing.loader import executed_again, load_named

        loaded = config.stash.get(LOADED, None)
        if loaded is not None:  # by whoever looked for its functions; no test has had it yet
            del config.stash[LOADED]
            module, text = loaded
            self.judged = file, module, compile(text, str(file), "exec")
            return module
        try:
            if self.judged is not None and self.judged[0] == file:
                return executed_again(self.judged[1], self.judged[2])
            module = load_named(f"submission.{kata.track}.{kata.name}", file, file.parents[2])
            self.judged = file, module, compile(file.read_bytes(), str(file), "exec")
            return module
        except Exception:  # as for whatever a process may do once: the start method, a library, a folder
            config.stash[ONCE] = True
            raise

    def pytest_unconfigure(self) -> None:
        if self.scratch is not None:
            self.scratch.cleanup()


def params(item: pytest.Item) -> dict[str, Any]:
    """The parameters of a collected test, as they were before fixtures resolve them."""
    callspec = getattr(item, "callspec", None)
    return callspec.params if callspec is not None else {}
