"""The ways in which people, IDEs and other plugins call pytest on one kata's tests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KATA = "graph/second_step"
TEST = "tests/graph/test_second_step.py"
ABSOLUTE = str(ROOT / TEST)
PYTHON = sys.executable

# name: (command behind `python`, folder it is called in, how many tests pass)
CALLS = {
    "a path": (["-m", "pytest", TEST], ".", 38),
    "an option's value that exists, before the path": (
        ["-m", "pytest", "--junitxml", "{tmp}/r.xml", TEST],
        ".",
        38,
    ),
    "a root elsewhere": (["-m", "pytest", "--rootdir", "{tmp}", ABSOLUTE], ".", 38),
    "settings of somebody else's": (["-m", "pytest", "-c", "{tmp}/other.ini", ABSOLUTE], ".", 38),
    "from inside the folder": (["-m", "pytest", "test_second_step.py"], "tests/graph", 38),
    "from another folder": (["-m", "pytest", ABSOLUTE], "{tmp}", 38),
    "one test": (["-m", "pytest", f"{TEST}::test_one_epoch_matches_the_formula"], ".", 4),
    "one test with its parameters": (
        ["-m", "pytest", f"{TEST}::test_one_epoch_matches_the_formula[fixed-cpu]"],
        ".",
        1,
    ),
    "without the plugin for warnings": (["-m", "pytest", "-p", "no:warnings", TEST], ".", 38),
    "without the plugin for the cache": (["-m", "pytest", "-p", "no:cacheprovider", TEST], ".", 38),
    "optimized": (["-O", "-m", "pytest", TEST], ".", 38),
    "warnings as errors": (["-W", "error", "-m", "pytest", TEST], ".", 38),
    "modules prepended": (["-m", "pytest", "--import-mode=prepend", TEST], ".", 38),
    "in parallel, test by test": (["-m", "pytest", "-n", "2", "--dist", "load", TEST], ".", 38),
    "a plugin that warns about its settings": (["-m", "pytest", "-p", "warner", TEST], ".", 38),
}


@pytest.mark.parametrize("call", CALLS)
def test_the_tests_of_a_kata_run_however_pytest_is_called(call, tmp_path):
    (tmp_path / "r.xml").write_text("<old/>")
    (tmp_path / "other.ini").write_text("[pytest]\n")
    (tmp_path / "warner.py").write_text(
        "import pytest, warnings\n"
        "def pytest_configure(config):\n"
        "    warnings.warn(pytest.PytestDeprecationWarning('set asyncio_default_fixture_loop_scope'))\n"
    )
    command, folder, count = CALLS[call]
    done = subprocess.run(
        [PYTHON, *[part.format(tmp=tmp_path) for part in command], "-q"],
        cwd=ROOT / folder.format(tmp=tmp_path),
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert f"{count} passed" in said
    assert "Traceback" not in said
    assert "Implicitly cleaning up" not in said


def test_those_that_failed_last_are_run_first_and_alone(tmp_path):
    def run(*options):
        command = [PYTHON, "-m", "pytest", "-q", "-o", f"cache_dir={tmp_path}", *options, TEST]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout

    assert " failed, " in run("--solutions", "broken")
    again = run("--solutions", "broken", "--lf")
    assert " failed" in again
    assert " passed" not in again
