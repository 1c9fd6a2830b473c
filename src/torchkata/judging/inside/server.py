"""The warm parent: imports torch and collects the tests once, then forks a child for each check.

It runs no solution and reads none, because its children inherit its memory. Started by `worker`:

    python -m torchkata.judging.inside.server ROOT DEVICE ...
        --serve FD HIDDEN               serve requests from a socket, with a child forked ahead of the next
        --serve-many FD HIDDEN          the same for many programs at hand: no child ahead
        --serve-kept, --serve-many-kept FD HIDDEN
                                        the same, with children that serve many requests each
        --list FILE TEST...             write what was collected
        --once JOB REPORT HIDDEN TEST   the slower road: one job, then leave

HIDDEN is a list in JSON: the judge's own folder, and whatever else no program may read.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import shlex
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from torchkata.collection import content
from torchkata.collection.layout import Tree
from torchkata.judging.inside.warm import warm_up, warm_up_to_stay
from torchkata.system import devices, policy
from torchkata.system.fence import PR_SET_DUMPABLE, PR_SET_PDEATHSIG, Fence, prctl

if TYPE_CHECKING:
    from torchkata.judging.inside.child import Work
    from torchkata.judging.inside.keeping import Serve


class Server:
    """The pytest plugin that replaces the test loop by a loop over requests."""

    def __init__(self, tree: Tree, device: str, mode: str, targets: list[str]) -> None:
        self.tree, self.device, self.mode, self.targets = tree, device, mode, targets
        # Of these, the first is the judge's own folder; while tests are collected there are none.
        self.hidden = _read_once(Path(targets[-1])) if mode != "--list" else []
        self.items: dict[str, list[pytest.Item]] = {}
        self.errors: dict[str, str] = {}
        self.untouched: dict[str, dict[str, Any]] = {}

    def pytest_configure(self, config: pytest.Config) -> None:
        from torchkata.testing.fixtures import JUDGED

        config.stash[JUDGED] = Path()  # set by each child for itself

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.errors[_kata_id(Path(report.nodeid))] = str(report.longreprtext)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> bool | None:
        """A parent that serves collects the tests of a kata when it is first asked for them."""
        return True if self.mode.startswith("--serve") else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        import torch

        versions = {"torch": torch.__version__, "python": platform.python_version()}
        self.session = session
        self._sort(session.items)
        if self.mode == "--list":
            katas = {*self.items, *self.errors}
            listing = {"collected": {kata: self._listing(kata) for kata in katas}, **versions}
            Path(self.targets[0]).write_text(json.dumps(listing), encoding="utf-8")
        elif self.mode == "--once":
            self.once(json.loads(Path(self.targets[0]).read_text(encoding="utf-8")), Path(self.targets[1]))
        else:
            self.serve(socket.socket(fileno=int(self.targets[0])), versions)
        return True

    def _sort(self, items: Sequence[pytest.Item]) -> None:
        """By kata, and planned before there is a program."""
        from torchkata.judging.inside.direct import prepare

        prepare(items)
        for item in items:
            self.items.setdefault(_kata_id(item.path), []).append(item)

    def _listing(self, kata: str) -> dict[str, Any]:
        return {
            "tests": [_info(item) for item in self.items.get(kata, [])],
            "error": self.errors.get(kata, ""),
        }

    def collect(self, question: bytes) -> bytes:
        """The tests of the kata that is asked for, collected if they have not been."""
        from torchkata.judging.inside.tamper import fingerprint

        kata = self.tree.kata(json.loads(question)["collect"])
        if kata.id not in self.items and kata.test.is_file():
            self._sort(self.session.perform_collect([str(kata.test.relative_to(self.tree.root))]))
            self.untouched |= fingerprint(self.items.get(kata.id, []))
            _settle()
        return json.dumps(self._listing(kata.id)).encode()

    def once(self, job: dict[str, Any], report: Path) -> None:
        from torchkata.judging.inside.run import run_job

        pipe = os.open(report, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        run_job(job, self.items.get(job["kata"], []), pipe, self._fence())

    def serve(self, requests: socket.socket, versions: dict[str, str]) -> None:
        """Get warm, say so, and give every request to a child until the judge hangs up."""
        warm_up()
        if self.mode.endswith("-kept"):
            warm_up_to_stay()
        home = self.hidden[0]
        _settle()
        try:
            requests.send(json.dumps(versions).encode())
        except OSError:  # the judge is gone
            return
        # Here, since these are Linux's alone, and `--once` is for every system.
        from torchkata.judging.inside.housekeeping import Housekeeper, KeepingHousekeeper

        with tempfile.TemporaryDirectory(dir=home) as stage:
            self.stage = Path(stage)
            ahead = "many" not in self.mode
            if self.mode.endswith("-kept"):
                KeepingHousekeeper(
                    requests, self._prepare, self.collect, settle=self._settle, home=home, ahead=ahead
                ).serve()
            else:
                Housekeeper(requests, self._prepare, self.collect, ahead=ahead).serve()
        with suppress(OSError):
            home.rmdir()  # where the judge could not

    def _prepare(self, earlier: bytes | None, wanted: Callable[[], bool]) -> Work:
        from torchkata.judging.inside.run import rehearse, run_job

        fence = self._fence()
        if earlier is not None:
            kata = self.tree.kata(json.loads(earlier)["kata"])
            rehearse(self.items.get(kata.id, []), kata, self.stage, self.untouched, wanted)

        def work(request: bytes, report: int) -> NoReturn:
            job = json.loads(request)
            run_job(job, self.items.get(job["kata"], []), report, fence, self.untouched)

        return work

    def _settle(self, folder: Path) -> Serve:
        from torchkata.judging.inside.kept import Kept, answers_on

        return Kept(self.items, self.untouched, folder, self._fence(), answers_on(self.device)).serve

    def _fence(self) -> Fence:
        """Around the solutions of this tree, and around those that came with the installation."""
        hidden = [*self.tree.hidden, *self.hidden]
        with suppress(content.NoContent):
            hidden = [*hidden, *content.installed().hidden]
        return Fence(hidden)


def _kata_id(test: Path) -> str:
    return f"{test.parent.name}/{test.stem.removeprefix('test_')}"


def _info(item: pytest.Item) -> dict[str, str | None]:
    mark = item.get_closest_marker("skip")
    group = "failure" if "broken" in getattr(item, "fixturenames", ()) else "correction"
    return {"name": item.name, "group": group, "skip": mark.kwargs.get("reason", "") if mark else None}


def _settle() -> None:
    """Children share the heap from here on, instead of copying it at their first collection of garbage."""
    gc.collect()
    gc.freeze()


def _read_once(file: Path) -> list[Path]:
    found = [Path(name) for name in json.loads(file.read_text(encoding="utf-8"))]
    file.unlink()
    return found


def _end_with_the_judge() -> None:
    """A check of its own process must not outlive whoever waits for it, however that ends."""
    if sys.platform == "linux":
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        return
    judge = os.getppid()

    def look() -> None:
        while os.getppid() == judge:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=look, daemon=True).start()


def _settings(root: Path) -> list[str]:
    """pytest's, of a repository or a dojo. The katas of a wheel have none, and are graded where they lie."""
    own = root / "pyproject.toml"
    if own.is_file():
        return ["-c", str(own)]
    return ["-c", os.devnull, "-o", f"pythonpath={shlex.quote(root.as_posix())}"]


def main() -> None:
    root, device, mode, *rest = sys.argv[1:]
    count = {"--list": 1, "--once": 3}.get(mode, 2)
    sys.dont_write_bytecode = True
    if mode.startswith("--serve"):
        prctl(PR_SET_DUMPABLE, 0)  # no child can open this process's memory; inherited by each child
    elif mode == "--once":
        _end_with_the_judge()
    import torch

    torch.set_num_threads(1)  # before any operation: a pool of threads would not survive the fork
    try:
        devices.parse(device)
    except devices.DeviceError as problem:
        sys.stderr.write(str(problem))
        sys.exit(devices.EXIT)
    if device == "cuda":
        policy.apply()
    server = Server(Tree(Path(root)), device, mode, rest[:count])
    # The tree's own options are for people's runs; a check needs none of them.
    options = [*_settings(Path(root)), "--rootdir", root, "-p", "torchkata.testing.plugin"]
    options += ["-o", "addopts=--import-mode=importlib", "-p", "no:cacheprovider"]
    options += ["-W", "ignore::pytest.PytestWarning"]
    # Each of these costs time in every test, and a check looks at none of what they do.
    for plugin in (
        "logging",
        "unraisableexception",
        "threadexception",
        "setuponly",
        "junitxml",
    ):
        options += ["-p", f"no:{plugin}"]
    options += ["--capture=no", "--tb=no", "-q", "--no-header", "--no-summary", "--device", device]
    options += ["--continue-on-collection-errors"]
    os._exit(int(pytest.main([*options, *rest[count:]], plugins=[server])))


if __name__ == "__main__":
    main()
