"""The pytest plugin: nothing at all in other people's projects, the two axes in a torchkata tree."""

import os
import subprocess
import sys

import pytest
import torch  # noqa: F401 - before any inner run: pytester forgets what that imports, and torch dies of it

from torchkata.system import devices
from torchkata.testing import restore  # noqa: F401 - the same
from torchkata.testing.fixtures import JUDGED

# What a submission may hold: state of its own, a class that a DataLoader worker must find, a warning.
STATEFUL = '''\
"""Count."""

import warnings

calls = []

warnings.warn("careful at import")


class Sample:
    """One sample."""


def double(values):
    """Twice the values."""
    warnings.warn("careful in the call")
    calls.append(values)
    return 2 * values
'''


@pytest.fixture
def kata(tree):
    return tree.kata("toy/double")


@pytest.fixture
def run(pytester, tree, monkeypatch):
    """pytest in the miniature tree, in this process: torch is imported once for all of these tests."""
    monkeypatch.chdir(tree.root)
    return pytester.runpytest_inprocess


@pytest.fixture
def foreign(pytester):
    """A project that has nothing to do with katas, with a plugin of its own that owns --device."""
    pytester.makepyfile(
        owner="""
        import pytest

        def pytest_addoption(parser):
            parser.addoption("--device", default="none", help="the port to talk to")

        @pytest.fixture
        def device(request):
            return request.config.getoption("--device")
        """,
        test_foreign="""
        import sys

        def test_the_other_plugin_keeps_its_option(device):
            assert device == "/dev/ttyUSB0"

        def test_nothing_of_ours_was_imported():
            assert "torch" not in sys.modules
            ours = {name for name in sys.modules if name.startswith("torchkata")}
            rooms = {"torchkata", "torchkata.testing", "torchkata.collection"}
            assert ours == rooms | {"torchkata.testing.plugin", "torchkata.collection.layout"}
        """,
    )
    return pytester


@pytest.fixture
def elsewhere(tmp_path):
    """A solutions root outside the tree, with STATEFUL as its toy/double."""
    root = tmp_path / "handed_in"
    (root / "toy").mkdir(parents=True)
    (root / "toy" / "double.py").write_text(STATEFUL)
    return root


def rewrite(kata, source: str) -> None:
    """Replace the tests of the kata."""
    kata.test.write_text(f"import pytest\nimport torch\n\n{source}")


# In other people's projects


def test_elsewhere_the_plugin_is_there_and_does_nothing(foreign):
    """In a process of its own, since this one has imported everything."""
    result = foreign.runpytest_subprocess("-p", "owner", "--device", "/dev/ttyUSB0")
    result.assert_outcomes(passed=2)
    listed = subprocess.run(
        [sys.executable, "-m", "pytest", "--trace-config", "--collect-only"],
        cwd=foreign.path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "torchkata" in listed  # else this test would show nothing


def test_elsewhere_there_is_no_option_and_no_fixture_of_ours(foreign):
    options = foreign.runpytest_inprocess("--help")
    options.stdout.fnmatch_lines(["*--maxfail*"])
    for ours in ("--solutions", "--device", "--evidence"):
        options.stdout.no_fnmatch_line(f"*{ours}*")
    fixtures = foreign.runpytest_inprocess("--fixtures", "-v")
    fixtures.stdout.fnmatch_lines(["tmp_path*"])
    for ours in ("solution", "broken", "device", "evidence"):
        fixtures.stdout.no_fnmatch_line(f"{ours} *")
    assert foreign.runpytest_inprocess("--solutions", "broken").ret == pytest.ExitCode.USAGE_ERROR


def test_a_foreign_path_given_inside_a_tree_stays_foreign(foreign, tree, monkeypatch):
    monkeypatch.chdir(tree.root)
    result = foreign.runpytest_inprocess(str(foreign.path), "--solutions", "broken")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


# In a tree


def test_the_options_and_the_fixtures_are_there(run):
    run("--help").stdout.fnmatch_lines(["*--solutions=ROOT*", "*--device=DEVICES*", "*--evidence=FILE*"])
    run("--fixtures").stdout.fnmatch_lines_random(["solution*", "broken*", "device*", "evidence*"])


def test_a_tree_is_found_from_a_path_given_elsewhere(pytester, kata):
    result = pytester.runpytest_inprocess(f"{kata.test}::test_three_comes_out_as_four")
    result.assert_outcomes(passed=1)


def test_solution_runs_over_fixed_and_every_right_and_broken_stands_alone(run):
    collected = run("--collect-only", "-q").stdout.str()
    names = [line.partition("::")[2] for line in collected.splitlines() if "::" in line]
    promises = ("every_value_comes_out_twice", "one_comes_out_as_two", "integers_are_refused")
    assert sorted(names) == sorted(
        [f"test_{p}[{s}-cpu]" for p in promises for s in ("fixed", "right_stack", "right_sum")]
        + ["test_three_comes_out_as_four[cpu]"]
    )


def test_the_whole_kata_passes(run):
    run().assert_outcomes(passed=10)


def test_solutions_names_the_one_file_that_is_judged(run):
    result = run("--solutions", "broken", "-v")
    result.assert_outcomes(passed=2, failed=1, deselected=1)  # two guards, the promise, and the failure
    result.stdout.fnmatch_lines(["*::test_every_value_comes_out_twice?broken-cpu? FAILED*"])


def test_where_solutions_are_judged_no_test_of_broken_is_run(run):
    """It would pass, and make a run green in which nothing that was handed in has been looked at."""
    result = run("--solutions", "fixed", "-k", "three_comes_out")
    result.assert_outcomes(deselected=4)
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_katas_without_a_file_in_the_root_are_deselected_and_counted(run, tree, toy):
    toy.write_kata(tree.root, "toy/second")
    for name in ("third", "fourth"):
        toy.write_kata(tree.root, f"bag/{name}")
    copy = tree.kata("toy/second").copy
    copy.write_bytes(tree.kata("toy/second").fixed.read_bytes())
    result = run("--solutions", "katas")
    result.assert_outcomes(passed=3, deselected=4 + 3 * 3)  # the correction tests of the one that was started
    result.stdout.fnmatch_lines([f"3 katas without a file in {tree.root / 'katas'} were left out."])


def test_a_single_kata_left_out_is_counted_in_the_singular(run, tree, toy):
    toy.write_kata(tree.root, "toy/second")
    tree.kata("toy/second").copy.write_bytes(tree.kata("toy/second").fixed.read_bytes())
    run("--solutions", "katas").stdout.fnmatch_lines(["1 kata without a file in * was left out."])


def test_a_root_is_named_from_where_one_stands(run, tree, monkeypatch):
    monkeypatch.chdir(tree.root / "tests")
    run("--solutions", "../fixed").assert_outcomes(passed=3, deselected=1)


@pytest.mark.parametrize(
    ("place", "near"),
    [
        (None, "it holds no program; wanted are files like */mine/toy/double.py"),
        ("toy/duble.py", "toy/duble.py belongs to no kata (did you mean toy/double.py?); wanted *"),
        ("double.py", "double.py belongs to no kata (did you mean toy/double.py?); wanted *"),
        (
            "mine/toy/double.py",
            "mine/toy/double.py belongs to no kata (did you mean toy/double.py?); wanted *",
        ),
        ("notes.py", "notes.py belongs to no kata; wanted *"),
    ],
)
def test_a_root_without_the_file_of_any_kata_is_a_usage_error_that_names_what_comes_near(
    run, tree, place, near
):
    root = tree.root / "mine"
    root.mkdir()
    if place:
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_text(STATEFUL)
    result = run("--solutions", "mine")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: --solutions: no file in */mine is that of a kata: {near}"])


def test_a_file_that_belongs_to_no_kata_is_named_beside_those_that_do(run, elsewhere):
    (elsewhere / "toy" / "duble.py").write_text(STATEFUL)
    (elsewhere / "toy" / "__pycache__").mkdir()
    result = run("--solutions", str(elsewhere))
    result.stdout.fnmatch_lines(
        ["*/handed_in: toy/duble.py belongs to no kata (did you mean toy/double.py?)"]
    )


LEAVING = {
    "exit": "os._exit(0)",
    "imported": "from os import _exit; _exit(0)",
    "execv": "os.execv('/bin/true', ['true'])",
    "execlp": "os.execlp('true', 'true')",
    "execve": "os.execve('/bin/true', ['true'], {})",
    "sys_exit": "sys.exit(0)",
    "pytest_exit": "import pytest; pytest.exit('done', 0)",
    "skip": "import pytest; pytest.skip('no', allow_module_level=True)",
    "xfail": "import pytest; pytest.xfail('no')",
    "unittest": "import unittest; raise unittest.SkipTest",
}


def test_a_program_that_leaves_or_skips_cannot_make_the_run_green(pytester, tree, toy):
    """In a process of its own, which any of the programs would end. Each test of each of them fails."""
    for name, action in LEAVING.items():
        leave = f"import os, sys\n\ndef leave():\n    {action}\n"
        at_once, called = (toy.write_kata(tree.root, f"toy/{name}_{when}") for when in ("at_once", "called"))
        at_once.copy.write_text(f"{leave}leave()\n" + toy.program("2 * values"))
        called.copy.write_text(leave + toy.program("leave()"))
    result = pytester.runpytest_subprocess(
        *(str(tree.root / "tests"), "--rootdir", str(tree.root), "-c", str(tree.root / "pyproject.toml")),
        *("--solutions", str(tree.root / "katas"), "--junitxml", "junit.xml"),
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    # At import all three; in the function two, for one test expects an error before it gets there.
    result.assert_outcomes(
        errors=3 * len(LEAVING), failed=2 * len(LEAVING), passed=len(LEAVING), deselected=4 + 2 * len(LEAVING)
    )
    assert "Left at import: the program called os._exit" in (pytester.path / "junit.xml").read_text()


def test_no_exit_handler_of_a_program_makes_a_red_run_green(pytester, tree, toy):
    kata = tree.kata("toy/double")
    kata.copy.parent.mkdir(parents=True, exist_ok=True)
    handler = "import atexit, os\n\natexit.register(lambda: os._exit(0))\n"
    kata.copy.write_text(handler + toy.program("values + 1"))
    junit = pytester.path / "junit.xml"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--solutions", "katas", "--junitxml", junit],
        cwd=tree.root, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    assert " failed" in done.stdout
    assert junit.is_file()


def test_a_process_that_the_program_forked_may_leave(run, tree, tmp_path, toy):
    root = tmp_path / "handed_in"
    (root / "toy").mkdir(parents=True)
    child = "import os\n\nif (pid := os.fork()) == 0:\n    os._exit(0)\nassert os.waitpid(pid, 0)[1] == 0\n"
    (root / "toy" / "double.py").write_text(child + toy.program("2 * values"))
    run("--solutions", str(root)).assert_outcomes(passed=3, deselected=1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--solutions", "nowhere"], "--solutions: */nowhere is not a folder"),
        (["--solutions", "kata"], "--solutions: */kata is not a folder (did you mean katas?)"),
        (["--solutions", "pyproject.toml"], "--solutions: */pyproject.toml is not a folder"),
        (["--solutions", "broken", "--evidence", "new"], "--evidence records broken/ and fixed/; leave *"),
        (["--device", "tpu"], "--device: unknown device 'tpu'; choose among cpu, cuda, mps, lazy, or auto"),
        (["--device", "cpu,tpu"], "--device: unknown device 'tpu'; *"),
        (["--device", ""], "--device: unknown device ''; *"),
        (
            ["--device", "cuda"],
            "--device: this machine has no cuda device that torch can use (found: cpu); *",
        ),
        (["--device", "cpu,mps"], "--device: this machine has no mps device *"),
    ],
)
def test_a_mistaken_option_is_a_usage_error_and_never_a_skip(run, monkeypatch, options, said):
    monkeypatch.setattr(devices, "available", lambda: ["cpu"])
    result = run(*options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR == 4
    result.stderr.fnmatch_lines([f"ERROR: {said}"])


def test_auto_takes_what_is_there(run, monkeypatch):
    monkeypatch.setattr(devices, "available", lambda: ["cpu"])
    run("--device", "auto", "-k", "three_comes_out").assert_outcomes(passed=1)


def test_the_device_axis_is_parametrised_over_types_each_once(run, monkeypatch):
    monkeypatch.setattr(devices, "available", lambda: ["cpu", "cuda"])
    result = run("--device", "cuda, cpu,cuda", "--collect-only", "-q", "-k", "three_comes_out")
    names = [line.partition("::")[2] for line in result.stdout.str().splitlines() if "::" in line]
    assert names == ["test_three_comes_out_as_four[cuda]", "test_three_comes_out_as_four[cpu]"]


def test_this_machine_has_a_cpu_at_least():
    assert devices.available()[0] == "cpu"


# Skips, with their reasons


@pytest.mark.parametrize(
    ("needs", "device", "reason"),
    [
        ("cuda", "cpu", "toy/double needs --device cuda"),
        ("cpu", "mps", "toy/double needs --device cpu"),
        (None, "mps", "mps has no float64"),
    ],
)
def test_a_test_that_cannot_run_here_is_skipped_with_the_reason(
    run, kata, monkeypatch, needs, device, reason
):
    monkeypatch.setattr(devices, "available", lambda: ["cpu", "mps"])
    if needs:
        kata.card.write_text(
            kata.card.read_text().replace("minutes = 1", f'minutes = 1\nneeds = ["{needs}"]')
        )
    result = run("--device", device, "-rs")
    result.assert_outcomes(skipped=10)
    result.stdout.fnmatch_lines([f"SKIPPED *: {reason}"])


def test_what_is_needed_and_there_is_not_missing(monkeypatch):
    assert devices.missing_need(["cuda"], "cuda") is None
    assert devices.missing_need([], "mps") is None
    assert devices.missing_need(["fork"], "cpu") is None
    monkeypatch.delattr(os, "fork")
    assert devices.missing_need(["fork"], "cpu") == "needs a system with fork"


# Loading


def test_a_solution_from_elsewhere_has_a_name_and_its_classes_pickle(run, kata, elsewhere):
    rewrite(
        kata,
        """
import pickle

def test_it_is_importable(solution):
    assert solution.__name__ == "submission.toy.double"
    assert type(pickle.loads(pickle.dumps(solution.Sample()))) is solution.Sample
""",
    )
    result = run("--solutions", str(elsewhere), "-v")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*::test_it_is_importable?handed_in? PASSED*"])


def test_a_file_of_the_tree_is_imported_by_its_path(run, kata):
    rewrite(kata, "def test_name(solution):\n    assert solution.__name__ == 'fixed.toy.double'")
    for file in kata.rights:
        file.unlink()
    run().assert_outcomes(passed=1)


def test_every_test_gets_the_module_in_its_first_state(run, kata):
    kata.broken.write_text(STATEFUL)
    rewrite(
        kata,
        """
@pytest.mark.parametrize("time", [1, 2])
def test_it_was_never_called(broken, time):
    assert broken.calls == []
    broken.double(1)
    broken.double = None
""",
    )
    run().assert_outcomes(passed=2, warnings=4)


def test_an_edit_of_equal_length_within_a_second_is_seen(run, kata):
    rewrite(kata, "def test_it_doubles(solution):\n    assert solution.double(torch.ones(1)) == 2")
    kata.copy.write_bytes(kata.fixed.read_bytes())
    run("--solutions", "katas").assert_outcomes(passed=1)
    kata.copy.write_text(kata.copy.read_text().replace("2 * values", "3 * values"))
    run("--solutions", "katas").assert_outcomes(failed=1)


@pytest.mark.parametrize("shadow", ["broken/__init__.py", "broken.py"])
def test_a_package_that_hides_ours_is_named(run, tmp_path, monkeypatch, shadow):
    other = tmp_path / "site" / shadow
    other.parent.mkdir(parents=True)
    other.touch()
    monkeypatch.syspath_prepend(tmp_path / "site")
    result = run()
    result.assert_outcomes(passed=9, errors=1)
    result.stdout.fnmatch_lines([f"E * broken is {other}, not *: a package called 'broken' hides ours. *"])


def test_a_package_that_hides_ours_is_named_though_it_has_our_kata(run, tmp_path, monkeypatch, kata):
    site = tmp_path / "site" / "broken" / "toy"
    site.mkdir(parents=True)
    for file in (site.parent / "__init__.py", site / "__init__.py"):
        file.touch()
    (site / "double.py").write_bytes(kata.broken.read_bytes())
    monkeypatch.syspath_prepend(tmp_path / "site")
    run().assert_outcomes(passed=9, errors=1)


def test_a_folder_of_the_same_name_elsewhere_comes_after_ours(run, tmp_path, monkeypatch):
    other = tmp_path / "site" / "broken" / "toy" / "double.py"
    other.parent.mkdir(parents=True)
    other.write_text("raise ImportError('not ours')")
    monkeypatch.syspath_prepend(tmp_path / "site")
    run().assert_outcomes(passed=10)


def test_a_tree_whose_folders_are_packages_is_still_ours(run, kata):
    for folder in (kata.broken.parent.parent, kata.broken.parent):
        (folder / "__init__.py").touch()
    run().assert_outcomes(passed=10)


def test_where_a_file_is_under_judgement_it_is_both_fixtures(run, kata, tmp_path):
    """As in `kata check`: a failure test that passes there means that the pitfall is still in it."""
    snapshot = tmp_path / "submission" / "toy" / "double.py"
    snapshot.parent.mkdir(parents=True)
    snapshot.write_text(STATEFUL)

    class Judge:
        def pytest_configure(self, config):
            config.stash[JUDGED] = snapshot

    rewrite(
        kata,
        """
def test_it_is_the_solution_alone(request, solution):
    assert solution.calls == [] and request.node.name == "test_it_is_the_solution_alone"

def test_it_is_the_broken_one_as_well(broken):
    assert broken.calls == []
""",
    )
    run(plugins=[Judge()]).assert_outcomes(passed=2, warnings=2)


def test_a_test_of_no_kata_that_asks_for_a_solution_is_told_so(run, kata):
    kata.card.unlink()
    result = run("-k", "three_comes_out")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*test_double.py is no kata's test: there is no card of that name"])


def test_a_card_that_cannot_be_read_is_a_usage_error(run, kata):
    kata.card.write_text("no card")
    result = run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {kata.card}: a card begins with TOML between two +++ lines"])


# Warnings


def test_a_warning_of_the_code_under_judgement_is_shown_and_never_raised(run, kata, elsewhere):
    rewrite(
        kata,
        """
def test_it_doubles(solution):
    assert solution.double(1) == 2

def test_the_warning_can_be_asked_for(solution):
    with pytest.warns(UserWarning, match="in the call"):
        solution.double(1)
""",
    )
    result = run("--solutions", str(elsewhere))
    result.assert_outcomes(passed=2, warnings=3)
    result.stdout.fnmatch_lines(["*UserWarning: careful at import", "*UserWarning: careful in the call"])


def test_a_warning_in_any_other_test_is_an_error(run, kata):
    (kata.test.parent / "test_no_kata.py").write_text(
        "import warnings\n\ndef test_it_warns():\n    warnings.warn('careless')\n"
    )
    run("-k", "it_warns").assert_outcomes(failed=1, deselected=4 + 6)


# In parallel


def test_two_workers_come_to_the_same_outcome(run, tree, toy):
    """Under xdist only the workers collect, so that the count has to travel."""
    toy.write_kata(tree.root, "toy/second")
    tree.kata("toy/second").copy.write_bytes(tree.kata("toy/second").fixed.read_bytes())
    alone = run("--solutions", "katas")
    parallel = run("--solutions", "katas", "-n", "2", "--dist", "loadfile")
    alone.assert_outcomes(passed=3, deselected=2 + 3)
    parallel.assert_outcomes(passed=3)
    for result in (alone, parallel):
        result.stdout.fnmatch_lines(["1 kata without a file in * was left out."])
