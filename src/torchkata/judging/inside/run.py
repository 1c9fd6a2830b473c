"""One check, from inside the process that runs the learner's code: load, run, report, leave.

Reports go as JSON lines to a pipe of their own; what the program prints goes elsewhere. Nothing
here decides a verdict: the judge does, in another process.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import pytest
import torch

from torchkata import checks
from torchkata.collection.layout import Kata
from torchkata.judging.inside import direct, tamper
from torchkata.judging.inside.called import watched
from torchkata.judging.inside.describe import described, is_memory, require_function, words
from torchkata.judging.inside.report import Report
from torchkata.judging.inside.told import instead_of_stdout
from torchkata.judging.verdict import sentence
from torchkata.system import devices
from torchkata.system.fence import Fence, limit
from torchkata.testing import loader
from torchkata.testing.fixtures import JUDGED, LOADED, ONCE

# Bound before the program runs: it may delete or replace them.
_exit, _getpid, _times = os._exit, os.getpid, os.times


def memory_of(job: dict[str, Any]) -> int | None:
    """Bytes that the program may take. None where it may find a GPU, whose driver reserves far more addresses
    than it uses; torch's usual build for Linux is one for CUDA, on whatever machine."""
    for_gpus = torch.version.cuda is not None or torch.version.hip is not None
    return None if for_gpus and devices.gpu_in_reach() else int(job["limits"]["memory"])


def run_job(
    job: dict[str, Any],
    items: list[pytest.Item],
    pipe: int,
    fence: Fence,
    untouched: tamper.Fingerprint | None = None,
) -> NoReturn:
    """Run `items` on the job's program and leave the process without any of its exit handlers.

    untouched: the fingerprint that the parent took before the fork; taken here by default
    """
    untouched = untouched or tamper.fingerprint(items)
    report = Report(pipe)
    report("started")
    enter(job, items)
    limit(memory_of(job))
    fence.close(Path(job["scratch"]), network=job["network"])
    if job["each"]:
        _run_each(job, items, report, untouched)
    else:
        tampered = ran(job, items, report, untouched)
        if tampered is not None:
            # The last word: the judge does not wait for the process to go.
            report("end", tampered=tampered, used=used())
    flush()
    _exit(0)


def enter(job: dict[str, Any], items: list[pytest.Item]) -> None:
    """Make the folder of this check the whole world of its program."""
    show_warnings()
    sys.argv = [job["shown"]]
    os.chdir(job["scratch"])
    _move_to(job["scratch"], items)


def show_warnings() -> None:
    """Whatever filters the parent's pytest has set: here warnings are printed, never raised."""
    warnings.resetwarnings()
    warnings.simplefilter("default")
    warnings.simplefilter("ignore", ResourceWarning)  # a file left open is no lesson of any kata


def ran(
    job: dict[str, Any], items: list[pytest.Item], report: Report, untouched: tamper.Fingerprint
) -> list[str] | None:
    """All tests in this process, or those that are asked for, the program executed anew for each of them; or
    what a card's See it says.

    The names that were tampered with; None where the program couldn't be loaded.
    """
    file, told = Path(job["file"]), instead_of_stdout()
    begun = set[str]()
    with watched(begun) if job["traced"] else nullcontext():
        problems = list(_load_problems(job, items, file))
    for problem in problems:
        report("memory" if is_memory(problem) else "invalid", **described(problem, file))
        return None
    if job["snippet"]:
        _run_snippet(job)
        return []
    for item in items:
        if item.get_closest_marker("skip") is None and (job["only"] is None or item.name in job["only"]):
            item.config.stash[JUDGED] = file
            told.heading = sentence(item.name)
            if job["traced"]:
                calls = set(begun)
                with watched(calls):
                    seen = _run_item(item, file)
                report("test", **seen, calls=sorted(calls))
            else:
                report("test", **_run_item(item, file))
            if item.config.stash.get(ONCE, False):
                report("once")
                break
    flush()
    return tamper.changed(untouched, items)


def _run_snippet(job: dict[str, Any]) -> None:
    """A card's See it, with the names of the program; what it raises is printed as its last line."""
    module = sys.modules[f"submission.{job['kata'].replace('/', '.')}"]
    names = {name: value for name, value in vars(module).items() if not name.startswith("_")}
    try:
        exec(compile(job["snippet"], "See it", "exec"), {"torch": torch, **names})
    except Exception as problem:
        print(f"{type(problem).__name__}: {words(problem)}")
    flush()


def _run_each(
    job: dict[str, Any], items: list[pytest.Item], report: Report, untouched: tamper.Fingerprint
) -> None:
    """Every test in a child of this process, where the program is executed for the first and only time."""
    file, told = Path(job["file"]), instead_of_stdout()
    text = file.read_bytes()
    for number, item in enumerate(items):
        if item.get_closest_marker("skip") is not None:
            continue
        child = os.fork()
        if child == 0:
            report = report.of_this_process()
            own = Path(job["scratch"], f"test-{number}")  # where no earlier test has left anything
            own.mkdir()
            file.write_bytes(text)  # which an earlier test may have removed
            os.chdir(own)
            _move_to(str(own), items)
            for problem in _load_problems(job, items, file):
                report("memory" if is_memory(problem) else "invalid", **described(problem, file))
                break
            else:
                item.config.stash[JUDGED] = file
                told.heading = sentence(item.name)
                report("test", **_run_item(item, file))
                report("checked", tampered=tamper.changed(untouched, items))
            flush()
            _exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status < 0:
            os.kill(_getpid(), -status)  # as it would have ended the process that it shares with the others
        if status > 0:
            _exit(status)
    report("end", tampered=[], used=used())


def used() -> float:
    """Processor time of this process and of those that it has waited for."""
    return round(sum(_times()[:4]), 3)


def _move_to(folder: str, items: list[pytest.Item]) -> None:
    """What a program leaves among the temporary files or at home goes with the check, and nobody's own home
    is found by its name."""
    os.environ["TMPDIR"] = folder
    home = Path(folder, "home")
    home.mkdir()
    os.environ["USERPROFILE" if sys.platform == "win32" else "HOME"] = str(home)
    _use_for_temporary_files(folder, items)


def _use_for_temporary_files(folder: str, items: list[pytest.Item]) -> None:
    tempfile.tempdir = folder
    for item in items[:1]:
        # Where a rehearsal has asked for `tmp_path`, pytest would stay in the folder of that time.
        item.config._tmp_path_factory._basetemp = None  # type: ignore[attr-defined]


def flush() -> None:
    for stream in (sys.__stdout__, sys.__stderr__, sys.stdout, sys.stderr):
        try:
            stream.flush()  # type: ignore[union-attr]
        except Exception:
            continue  # closed or replaced by the program: its output, its loss


def rehearse(
    items: list[pytest.Item],
    kata: Kata,
    stage: Path,
    untouched: tamper.Fingerprint,
    wanted: Callable[[], bool],
) -> None:
    """Run the tests on the broken program, which is no secret, in a child that waits for its job.

    A fork shares its parent's memory until it writes there, and copying the pages that a check
    touches takes longer than the tests. Afterwards nothing of it is left but that.

    stage:  a folder for the program, which the parent removes: a child may be killed at any moment
    wanted: whether the job is there; it waits for no more than the test that has begun
    """
    tamper.changed(untouched, items)
    _use_for_temporary_files(str(stage), items)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file = kata.mirrored(stage / "submission")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(kata.broken.read_bytes())
        for item in items:
            if wanted():
                break
            if item.get_closest_marker("skip") is None:
                item.config.stash[JUDGED] = file
                _run_item(item, file)
    for item in items[:1]:
        made = item.config._tmp_path_factory._basetemp  # type: ignore[attr-defined]
        if made is not None:  # else there would be one more with every check
            shutil.rmtree(made, ignore_errors=True)


def _load_problems(job: dict[str, Any], items: list[pytest.Item], file: Path) -> Iterator[BaseException]:
    """Whatever keeps the program from being judged: it does not import, or lacks a function."""
    kata = Path(job["kata"])
    try:
        name = f"submission.{kata.parent.name}.{kata.name}"
        text = file.read_bytes()
        module = loader.load_named(name, file, Path(job["scratch"]))
        for function, parameters in job["functions"].items():
            plain = function not in job["generators"]
            require_function(module, function, parameters, Path(job["shown"]).name, plain=plain)
        for item in items[:1]:
            item.config.stash[LOADED] = module, text
    except BaseException as problem:
        yield problem


def _run_item(item: pytest.Item, file: Path) -> dict[str, Any]:
    made = checks.MADE[0]
    problem, values = direct.run(item)
    if problem is None:
        return {"name": item.name, "outcome": "passed", "comparisons": checks.MADE[0] - made}
    judged = (values.get(fixture) for fixture in ("solution", "broken"))
    module = next((value for value in judged if isinstance(value, ModuleType)), None)
    outcome = "memory" if is_memory(problem) else "failed"
    return {"name": item.name, "outcome": outcome, **described(problem, file, module)}
